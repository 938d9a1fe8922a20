import { type Emulator, startEmulator } from '@lp-functions/emulator';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { temporaryConfigFolder } from '../config-folder.ts';
import { lpfn } from '../lpfn-process.ts';
import { hasTerminals, onTerminal } from '../terminal-session.ts';

const UUID = '6b1d5f0e-3c0a-4b52-9f0e-2a1f6d1c7e55';
/** Makes a repeat at once, so that nobody waits here. */
const AT_ONCE = ['--retry-wait-ms', '1'];

let emulator: Emulator;
let env: Readonly<Record<string, string>>;
beforeAll(async () => {
  emulator = await startEmulator();
  env = {
    LPFN_ACCOUNT_ID: emulator.accountId,
    LPFN_CLIENT_ID: emulator.apps.default.clientId,
    LPFN_CLIENT_SECRET: emulator.apps.default.clientSecret,
    LPFN_DISCOVERY_URL: emulator.discoveryUrl,
  };
  emulator.functions.add({ name: 'echo', uuid: UUID, code: 'async function lambda() { return 1; }' });
});
beforeEach(() => {
  emulator.reset();
  emulator.faults.add({ service: 'discovery', status: 502, times: 2 });
});
afterAll(() => emulator.close());

it('with --verbose a person is told of every repeat, and why', async () => {
  const { code, stderr } = await lpfn(['invoke', UUID, '--verbose', ...AT_ONCE], { env });
  expect(code).toBe(0);
  expect(stderr).toContain(`attempt 2 of 4 in 1 ms: HTTP 502 from 127.0.0.1:${String(emulator.port)}\n`);
  expect(stderr).toContain('attempt 3 of 4 in 1 ms: HTTP 502');
});

it.skipIf(!hasTerminals)('at a terminal, too, unless it is a program that asks, or --quiet is said', async () => {
  const folder = { LPFN_CONFIG_DIR: await temporaryConfigFolder() };
  const { screen } = await onTerminal(['invoke', UUID, '--no-cache', ...AT_ONCE], [], { ...env, ...folder });
  expect(screen).toContain('attempt 2 of 4 in 1 ms: HTTP 502');
  for (const flag of ['--json', '--quiet']) {
    emulator.reset();
    emulator.faults.add({ service: 'discovery', status: 502, times: 2 });
    const args = ['invoke', UUID, '--no-cache', flag, ...AT_ONCE];
    expect((await onTerminal(args, [], { ...env, ...folder })).screen).not.toContain('attempt');
  }
});

it('on a pipe nothing is said', async () => {
  expect(await lpfn(['invoke', UUID, ...AT_ONCE], { env })).toEqual({ code: 0, stdout: '1\n', stderr: '' });
});
