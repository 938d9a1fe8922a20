import { chmod, mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryConfigFolder } from '../config-folder.ts';
import { lpfn, type Run } from '../lpfn-process.ts';

const SETTINGS = { LPFN_ACCOUNT_ID: '1', LPFN_CLIENT_ID: 'a', LPFN_CLIENT_SECRET: 'any-secret-text' };
/** Commands that read settings, and one that writes them. None of them sends anything. */
const COMMANDS = ['config', 'profile list', 'profile add z --no-input', 'profile use z', 'invoke echo --dry-run'];

function run(line: string, folder: string): Promise<Run> {
  return lpfn(line.split(' '), { env: { ...SETTINGS, LPFN_CONFIG_DIR: folder } });
}

describe.each([0o755, 0o777, 0o750])('a folder of settings of mode %o', (mode) => {
  it.each(COMMANDS)('is refused, to read as to write: %s', async (line) => {
    const folder = await temporaryConfigFolder();
    await chmod(folder, mode);
    const { code, stdout, stderr } = await run(line, folder);
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
    expect(stderr).toContain(`has mode ${mode.toString(8)}`);
    expect(stderr).toContain('LPFN_CONFIG_DIR');
    expect(stderr).not.toContain('is kept in');
    expect(await readdir(folder)).toEqual([]);
  });
});

describe('LPFN_CONFIG_DIR', () => {
  it.each(COMMANDS)('names no folder: %s', async (line) => {
    const parent = await temporaryConfigFolder();
    const file = join(parent, 'file');
    await writeFile(file, '');
    for (const [path, reason] of [
      [file, 'it is not a folder'],
      [join(file, 'below'), 'a part of its path is not a folder (ENOTDIR)'],
      [join(parent, 'x'.repeat(300)), 'the name is too long (ENAMETOOLONG)'],
    ] as const) {
      const { code, stdout, stderr } = await run(line, path);
      expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
      expect(stderr).toContain(path);
      expect(stderr).toContain(reason);
      expect(stderr).toContain('LPFN_CONFIG_DIR');
      expect(stderr).not.toContain('    at ');
    }
  });

  it('names a folder in which nothing can be written', async () => {
    const folder = await temporaryConfigFolder();
    // What is to become a file is a folder: as root, for whom modes are nothing, it cannot be written either.
    await mkdir(join(folder, 'profiles.json'), { mode: 0o700 });
    const { code, stderr } = await run('profile add z --no-input', folder);
    expect(code).toBe(3);
    expect(stderr).toContain(join(folder, 'profiles.json'));
  });
});

describe('lpfn profile remove', () => {
  it('says which profile is current now, or that none is', async () => {
    const folder = await temporaryConfigFolder();
    for (const name of ['default', 'one', 'two']) await run(`profile add ${name} --no-input`, folder);
    await run('profile use one', folder);
    expect(await run('profile remove one', folder)).toMatchObject({
      stderr: 'Profile one is removed. The current profile is default.\n',
    });
    expect(await run('profile remove default --json', folder)).toMatchObject({
      code: 0,
      stdout: '{"ok":true,"result":{"removed":"default","current":null},"requestId":null}\n',
    });
    expect(await run('profile remove two', folder)).toMatchObject({
      stderr:
        'Profile two is removed. There is no current profile now: "lpfn profile use NAME" makes one the current one.\n',
    });
  });
});

it.each([
  ['login', ['--auth', '--platform', '--no-cache']],
  ['profile add', ['--no-cache', '--auth']],
])('the help of %s shows no flags without meaning', async (command, flags) => {
  const { stdout } = await lpfn([...command.split(' '), '--help']);
  for (const flag of flags) expect(stdout).not.toContain(flag);
  expect(stdout).toContain('--account');
});
