import { type Emulator, startEmulator } from '@lp-functions/emulator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lpfn } from '../lpfn-process.ts';
import { hasTerminals, onTerminal } from '../terminal-session.ts';
import { temporaryConfigFolder } from '../config-folder.ts';

const ATTACK = '\u001b]0;PWNED\u0007\u001b[31mRED\u009b2J';
const PAYLOAD = JSON.stringify({ text: ATTACK });

/** Colours are lpfn's own; nothing else that a terminal obeys may be there. */
function obeyed(screen: string): string {
  // eslint-disable-next-line no-control-regex -- they are what is looked for
  return screen.replaceAll(/\u001b\[\d+m|[\r\n\t]/g, '').replaceAll(/[^\u0000-\u001f\u007f-\u009f]/g, '');
}

describe('text of a function, on its way to a person', () => {
  let emulator: Emulator;
  let env: Readonly<Record<string, string>>;
  beforeAll(async () => {
    emulator = await startEmulator();
    const code = (body: string): string => `async function lambda(input) { ${body} }`;
    emulator.functions.add({ name: 'echo', code: code('return input.payload.text;') });
    emulator.functions.add({ name: 'throws', code: code('throw new Error(input.payload.text);') });
    env = {
      LPFN_ACCOUNT_ID: emulator.accountId,
      LPFN_CLIENT_ID: emulator.apps.default.clientId,
      LPFN_CLIENT_SECRET: emulator.apps.default.clientSecret,
      LPFN_DISCOVERY_URL: emulator.discoveryUrl,
    };
  });
  afterAll(() => emulator.close());

  it('is shown and not obeyed in an error on stderr, also on a pipe', async () => {
    const { code, stderr } = await lpfn(['invoke', 'throws', '--data', PAYLOAD], { env });
    expect(code).toBe(7);
    expect(obeyed(stderr)).toBe('');
    expect(stderr).toContain(String.raw`\u001b]0;PWNED\u0007`);
  });

  it('is shown and not obeyed with --verbose, and by doctor', async () => {
    const verbose = await lpfn(['invoke', 'echo', '--verbose', '--data', PAYLOAD], { env });
    expect(verbose.stderr).toContain('PWNED');
    expect(obeyed(verbose.stderr)).toBe('');
    emulator.faults.add({ service: 'sentinel', status: 400, body: { error: ATTACK, error_description: ATTACK } });
    const doctor = await lpfn(['doctor'], { env });
    emulator.reset();
    expect(doctor.stdout).toContain('PWNED');
    expect(obeyed(doctor.stdout + doctor.stderr)).toBe('');
  });

  it('is left as it is on a pipe, as data', async () => {
    const run = await lpfn(['invoke', 'echo', '--output', 'raw', '--data', PAYLOAD], { env });
    expect(run).toMatchObject({ code: 0, stdout: `${ATTACK}\n` });
  });

  it.skipIf(!hasTerminals)('is shown and not obeyed on a terminal, unless it is asked for raw', async () => {
    const folder = { LPFN_CONFIG_DIR: await temporaryConfigFolder() };
    const json = await onTerminal(['invoke', 'echo', '--data', PAYLOAD], [], { ...env, ...folder });
    expect(json.code).toBe(0);
    expect(json.screen).toContain(String.raw`"\u001b]0;PWNED\u0007\u001b[31mRED\u009b2J"`);
    expect(obeyed(json.screen)).toBe('');
    const raw = await onTerminal(['invoke', 'echo', '--output', 'raw', '--data', PAYLOAD], [], { ...env, ...folder });
    expect(raw.screen).toContain(ATTACK);
  });
});
