import { spawnSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { offeredByBash } from '../bash-completion.ts';
import { temporaryConfigFolder } from '../config-folder.ts';
import { lpfn } from '../lpfn-process.ts';

const has = (shell: string): boolean => spawnSync(shell, ['-c', 'exit 0']).status === 0;

describe.runIf(has('bash'))('bash, with the script that lpfn completion printed', () => {
  it.each<[string, readonly string[]]>([
    ['lpfn inv', ['invoke']],
    ['lpfn --json pro', ['profile']],
    ['lpfn profile ', ['list', 'use', 'add', 'remove', 'help']],
    ['lpfn invoke --platf', ['--platform']],
    ['lpfn invoke --platform ', ['auto', 'v1', 'v2']],
    ['lpfn invoke --platform=v', ['v1', 'v2']],
    ['lpfn invoke --data {} --auth=user --platform a', ['auto']],
    ['lpfn --profile invoke conf', ['config']],
    ['lpfn completion ', ['bash', 'zsh', 'fish']],
    ['lpfn help comp', ['completion']],
    ['lpfn invoke --data ', []],
    ['lpfn nonsense --', ['--version', '--json', '--quiet', '--no-input', '--profile', '--help']],
  ])('%s', async (line, offered) => {
    expect(await offeredByBash(line)).toEqual(offered);
  });

  it('offers the profiles that there are, and files where a file is wanted', async () => {
    const folder = await temporaryConfigFolder();
    const env = { LPFN_CONFIG_DIR: folder };
    for (const name of ['staging', 'stable', 'production']) {
      await lpfn(['profile', 'add', name, '--account', '1'], { env });
    }
    expect(await offeredByBash('lpfn --profile sta', { env })).toEqual(['staging', 'stable']);
    expect(await offeredByBash('lpfn profile use ', { env })).toEqual(['staging', 'stable', 'production']);
    await mkdir(join(folder, 'work'));
    await writeFile(join(folder, 'work', 'a batch.jsonl'), '');
    expect(await offeredByBash('lpfn invoke --batch a', { env, cwd: join(folder, 'work') })).toEqual(['a batch.jsonl']);
  });
});

describe('lpfn completion', () => {
  it.each(['zsh', 'fish'])('%s accepts what is printed for it, where it is installed', async (shell) => {
    const { code, stdout, stderr } = await lpfn(['completion', shell]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('profile list');
    if (!has(shell)) {
      console.log(`${shell} is not installed: its script was printed, not loaded`);
      return;
    }
    const checked = spawnSync(shell, ['-n', '/dev/stdin'], { input: stdout, encoding: 'utf8' });
    expect(checked).toMatchObject({ status: 0, stderr: '' });
  });

  it('answers an unknown shell with exit code 2, and --json with the script as text', async () => {
    expect(await lpfn(['completion', 'powershell'])).toMatchObject({ code: 2, stdout: '' });
    const { stdout } = await lpfn(['completion', 'bash', '--json']);
    expect(JSON.parse(stdout)).toMatchObject({ ok: true, result: { shell: 'bash', script: expect.any(String) } });
  });
});
