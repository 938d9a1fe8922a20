import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { startEmulator } from '@lp-functions/emulator';
import { describe, expect, it, onTestFinished } from 'vitest';
import { temporaryConfigFolder } from '../config-folder.ts';
import { environmentOf, startLogin } from '../login-driver.ts';
import { lpfn, startLpfn } from '../lpfn-process.ts';

const APP = {
  client_name: 'my-tool',
  grant_types: ['client_credentials'],
  response_types: ['token'],
  scope: 'faas.lambda.invoke',
};

async function appFile(): Promise<string> {
  const file = join(await temporaryConfigFolder(), 'app.json');
  await writeFile(file, JSON.stringify(APP));
  return file;
}

describe('lpfn emulator', () => {
  it('takes logins at the redirect URI that lpfn login comes back to by itself', async () => {
    const emulator = await startEmulator();
    onTestFinished(() => emulator.close());
    const run = startLogin(['--paste', '--json'], environmentOf(emulator));
    const address = emulator.signIn(await run.url);
    expect(address).toMatch(/^http:\/\/localhost:8787\/callback\?/);
    run.child.stdin?.end(`${address}\n`);
    const { code, stdout } = await run.end;
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ ok: true, result: { redirectUri: 'http://localhost:8787/callback' } });
  });

  it('prints id and secret of the apps of --apps, and they work', async () => {
    const child = startLpfn(['emulator', '--port', '0', '--json', '--apps', await appFile()]);
    const [line] = (await once(createInterface({ input: child.stdout! }), 'line')) as [string];
    const ready = JSON.parse(line) as {
      discoveryUrl: string;
      accountId: string;
      clientId: string;
      apps: readonly { name: string; clientId: string; clientSecret: string }[];
    };
    expect(ready.apps).toEqual([{ name: 'my-tool', clientId: expect.any(String), clientSecret: expect.any(String) }]);
    expect(ready.apps[0]!.clientId).not.toBe(ready.clientId);
    const token = await lpfn(['token', '--json'], {
      env: {
        LPFN_DISCOVERY_URL: ready.discoveryUrl,
        LPFN_ACCOUNT_ID: ready.accountId,
        LPFN_CLIENT_ID: ready.apps[0]!.clientId,
        LPFN_CLIENT_SECRET: ready.apps[0]!.clientSecret,
      },
    });
    expect(token.code).toBe(0);
    child.kill('SIGTERM');
    await once(child, 'exit');
  });

  it('prints them to a person, too', async () => {
    const child = startLpfn(['emulator', '--port', '0', '--apps', await appFile()]);
    let shown = '';
    for await (const line of createInterface({ input: child.stdout! })) {
      shown += `${line}\n`;
      if (line.startsWith('No functions')) break;
    }
    expect(shown).toMatch(
      /^Or as the app my-tool:\n {2}export LPFN_CLIENT_ID=\S+\n {2}export LPFN_CLIENT_SECRET=\S+$/m,
    );
    child.kill('SIGTERM');
    await once(child, 'exit');
  });

  it.each([
    ['--functions', '/nonexistent', '--functions names /nonexistent, which is not a folder'],
    ['--apps', '/nonexistent', '--apps names /nonexistent, which is neither a file nor a folder'],
    ['--account', 'a b', '--account must be a string of letters and digits'],
  ])('calls what cannot work by its flag: %s', async (flag, value, message) => {
    const run = await lpfn(['emulator', '--port', '0', flag, value]);
    expect(run).toEqual({ code: 3, stdout: '', stderr: `lpfn: ${message}\n` });
  });

  it('says with exit code 3 what is wrong with an app', async () => {
    const file = await appFile();
    await writeFile(file, '{');
    const run = await lpfn(['emulator', '--port', '0', '--apps', file]);
    expect(run).toMatchObject({ code: 3, stdout: '', stderr: expect.stringContaining('app.json') });
  });
});
