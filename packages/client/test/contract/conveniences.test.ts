import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Emulator } from '@lp-functions/emulator';
import { createTestClock } from '@lp-functions/http/testing';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { FunctionsClientOptions } from '../../src/index.ts';
import { CLIENT_SECRET } from '../credentials.ts';
import { ACCOUNTS, GENERATIONS, type Generation, optionsFor, startPlatform, uuidOf } from '../emulated-platform.ts';
import { watchedClient, type WatchedClient } from '../watched-client.ts';
import '../scan-after-each.ts';

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startPlatform();
});
afterAll(() => emulator.close());

describe.each(GENERATIONS)('on %s', (generation: Generation) => {
  const operation = generation === 'v1' ? 'listLambdas' : 'listFunctions';
  const clients: WatchedClient[] = [];
  afterEach(async () => {
    emulator.faults.clear();
    emulator.requests.clear();
    await Promise.all(clients.splice(0).map((client) => client.close()));
  });
  function clientOf(changes: Partial<FunctionsClientOptions> = {}): WatchedClient {
    const client = watchedClient(optionsFor(emulator, generation, changes));
    clients.push(client);
    return client;
  }

  test('a function is invoked by its name, which is looked up once for all', async () => {
    const client = clientOf();
    const answers = await Promise.all([1, 2, 3].map((n) => client.invokeByName('echo', n)));
    expect(answers.map(({ result }) => result)).toEqual([1, 2, 3]);
    expect(emulator.requests.count({ operation })).toBe(1);
  });

  test('a name that is only part of one is not found, and nothing runs', async () => {
    await expect(clientOf().invokeByName('ech', 1)).rejects.toMatchObject({
      code: 'NOT_FOUND',
      executed: 'no',
      platform: generation,
      hint: expect.stringContaining('echo') as string,
    });
    expect(emulator.requests.count({ operation: 'invokeByUuid' })).toBe(0);
  });

  test('one that was made anew is found again', async () => {
    const { functions } = emulator.accounts.get(ACCOUNTS[generation]);
    const code = 'async function lambda() { return 1; }';
    functions.add({ name: 'moving', code, uuid: '11111111-1111-4111-8111-111111111111' });
    const client = clientOf();
    await client.invokeByName('moving', 1);
    functions.remove('moving');
    functions.add({ name: 'moving', code, uuid: '22222222-2222-4222-8222-222222222222' });
    await expect(client.invokeByName('moving', 1)).rejects.toMatchObject({ code: 'NOT_FOUND', executed: 'no' });
    expect((await client.invokeByName('moving', 1)).result).toBe(1);
    functions.remove('moving');
  });

  test('functions one by one', async () => {
    const names: string[] = [];
    for await (const { name } of clientOf().eachLambda({ state: 'Productive' })) names.push(name);
    expect(names).toContain('echo');
    expect(emulator.requests.count({ operation })).toBe(1);
  });

  test('waiting until a function is deployed', async () => {
    const { functions } = emulator.accounts.get(ACCOUNTS[generation]);
    const client = clientOf({ clock: createTestClock() });
    const waiting = client.waitUntilProductive({ name: 'soon' });
    await emulator.requests.waitFor({ operation });
    const { uuid } = functions.add({ name: 'soon', code: 'async function lambda() {}' });
    expect(await waiting).toMatchObject({ uuid, state: 'Productive' });
    expect(await client.waitUntilProductive({ uuid })).toMatchObject({ name: 'soon' });
    functions.remove('soon');
  });

  test('a wait ends with its deadline, and with a deployment that failed', async () => {
    const { functions } = emulator.accounts.get(ACCOUNTS[generation]);
    const client = clientOf({ clock: createTestClock() });
    await expect(client.waitUntilProductive({ name: 'never' }, { deadlineMs: 10_000, pollMs: 4_000 })).rejects.toMatchObject({ code: 'DEADLINE_EXCEEDED' }); // prettier-ignore
    const { uuid } = functions.add({ name: 'broken', state: 'Deploy Error', code: 'async function lambda() {}' });
    await expect(client.waitUntilProductive({ uuid })).rejects.toMatchObject({ code: 'REQUEST_REFUSED' });
    await expect(client.waitUntilProductive({} as never)).rejects.toMatchObject({ name: 'ConfigurationError' });
    functions.remove('broken');
  });

  test('J39: a call as a curl command: it works with a token, and shows no secret', async () => {
    const client = clientOf({ eventSource: 'my system' });
    const uuid = uuidOf(emulator, generation, 'input');
    const headers = { 'x-api-key': 'hidden-value', plain: "it's shown" };
    const command = await client.toCurl({ uuid }, { quote: "it's $HOME `id`" }, { headers });
    expect(command).not.toContain('hidden-value');
    expect(command).not.toContain(CLIENT_SECRET);
    expect(emulator.requests.count({ operation: 'appToken' })).toBe(0);
    const { authorization = '' } = await client.authorizer.authorize({ url: emulator.discoveryUrl, method: 'POST' });
    // With an authorization put in, a shell hands curl just what the client sends.
    const script = command.replace('Bearer [secret]', authorization).replace(/^curl/, 'printf "%s\\n"');
    const { stdout } = await promisify(execFile)('sh', ['-c', script]);
    const lines = stdout.trimEnd().split('\n');
    const url = lines[2]!;
    const answer = await fetch(url.replace(/\/\/[^/]+/, `//127.0.0.1:${new URL(url).port}`), {
      method: 'POST',
      headers: { authorization, 'content-type': 'application/json' },
      body: lines.at(-1)!,
    });
    expect(await answer.json()).toMatchObject({
      payload: { quote: "it's $HOME `id`" },
      headers: [
        { key: 'x-api-key', value: '[secret]' },
        { key: 'plain', value: "it's shown" },
      ],
    });
  });
});
