import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type Emulator, startEmulator } from '@lp-functions/emulator';
import { createClient } from 'redis';
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
// @boundaries-ignore: what starts a Redis stands once, at the root of the repository.
import { type RedisServer, startRedis } from '../../../../tools/redis-server.mjs';
import { lpfn, startLpfn } from '../lpfn-process.ts';

const program = inject('redisServer');

describe.skipIf(program === undefined)('lpfn queue', () => {
  let redis: RedisServer;
  let emulator: Emulator;
  let folder: string;
  let env: Record<string, string>;
  let echo: string;
  let broken: string;

  beforeAll(async () => {
    [redis, emulator, folder] = await Promise.all([
      startRedis(program!),
      startEmulator({ spareInstances: 0 }),
      mkdtemp(join(tmpdir(), 'lpfn-queue-')),
    ]);
    echo = emulator.functions.add({
      name: 'echo',
      code: 'async function lambda(input) { return input.payload; }',
    }).uuid;
    broken = emulator.functions.add({
      name: 'broken',
      code: 'async function lambda() { throw new Error("no order"); }',
    }).uuid;
    env = {
      LPFN_ACCOUNT_ID: emulator.accountId,
      LPFN_CLIENT_ID: emulator.apps.default.clientId,
      LPFN_CLIENT_SECRET: emulator.apps.default.clientSecret,
      LPFN_DISCOVERY_URL: emulator.discoveryUrl,
      LPFN_REDIS_URL: redis.url,
      LPFN_QUEUE_KEYS: `k1:${randomBytes(32).toString('base64')}`,
    };
  });
  afterAll(async () => {
    await emulator.close();
    await redis.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function json(...args: string[]): Promise<Record<string, unknown>> {
    const { stdout, stderr } = await lpfn(['queue', ...args, '--json'], { env });
    expect(stderr).toBe('');
    return JSON.parse(stdout) as Record<string, unknown>;
  }

  it('adds, works, and shows how it stands; every answer is one object with --json', { timeout: 60_000 }, async () => {
    const queue = ['--queue', 'first'];
    const added = await json('add', echo, '--data', '{"n":1}', '--key', 'order-1', ...queue);
    expect(added).toMatchObject({ ok: true, result: { added: true } });
    expect(await json('add', echo, '--data', '{"n":1}', '--key', 'order-1', ...queue)).toMatchObject({
      result: { id: (added['result'] as { id: string }).id, added: false },
    });
    await json('add', 'nowhere', ...queue);
    await json('add', broken, ...queue);
    expect(await json('status', ...queue)).toMatchObject({
      result: { waiting: 3, done: 0, paused: false, limits: {} },
    });

    const worked = await lpfn(['queue', 'work', '--until-empty', '--json', ...queue], { env });
    expect(worked.code).toBe(0);
    expect(JSON.parse(worked.stdout)).toMatchObject({ ok: true, result: { done: 1, failed: 2, uncertain: 0 } });

    expect(await json('status', ...queue)).toMatchObject({ result: { waiting: 0, done: 1, failed: 2 } });
    const { result } = (await json('dead', 'list', ...queue)) as {
      result: { id: string; outcome: { reason: object } }[];
    };
    expect(result.map(({ outcome }) => outcome.reason)).toMatchObject([
      { code: 'FUNCTION_THREW', executed: 'yes', platformMessage: expect.stringContaining('no order') as string },
      { code: 'NOT_FOUND', executed: 'no' },
    ]);
    expect(await json('dead', 'retry', result[0]!.id, ...queue)).toMatchObject({
      result: { retried: [result[0]!.id] },
    });
    expect(await json('status', ...queue)).toMatchObject({ result: { waiting: 1, failed: 1 } });
    expect(await json('dead', 'retry', '--all', '--code', 'NOT_FOUND', ...queue)).toMatchObject({
      result: { retried: [result[1]!.id] },
    });
    expect(await json('dead', 'list', '--state', 'uncertain', ...queue)).toMatchObject({ result: [] });
    const nothing = await lpfn(['queue', 'dead', 'list', '--state', 'uncertain', ...queue], { env });
    expect(nothing).toMatchObject({ code: 0, stdout: '', stderr: 'No dead letter matches.\n' });
  });

  it('prints for people, and for pipes', { timeout: 60_000 }, async () => {
    const queue = ['--queue', 'second'];
    const { stdout: id } = await lpfn(['queue', 'add', broken, ...queue], { env });
    expect(id).toMatch(/^[0-9a-f-]{36}\n$/);
    expect((await lpfn(['queue', 'status', ...queue], { env })).stdout).toMatch(/^waiting\t1$/m);
    const { stdout, stderr } = await lpfn(['queue', 'work', '--until-empty', ...queue], { env });
    expect(stdout).toMatch(/^failed\t1$/m);
    expect(stderr).toContain('FUNCTION_THREW');
    expect((await lpfn(['queue', 'dead', 'list', ...queue], { env })).stdout).toMatch(
      new RegExp(`^${id.trim()}\tfailed\tFUNCTION_THREW\t${broken}\t.*no order`),
    );
    expect((await lpfn(['queue', 'dead', 'retry', '--all', ...queue], { env })).stdout).toBe('1 retried\n');
  });

  it('a batch is one item for each line, and can be added again under its key', { timeout: 60_000 }, async () => {
    const file = join(folder, 'orders.jsonl');
    await writeFile(file, '{"n":1}\n\n{"n":2}\n{"n":3}');
    const batch = ['add', echo, '--batch', file, '--key', 'orders', '--queue', 'third'];
    expect(await json(...batch)).toMatchObject({ result: { added: 3, known: 0 } });
    await writeFile(file, '{"n":1}\n\n{"n":2}\n{"n":3}\n{"n":4}');
    expect(await json(...batch)).toMatchObject({ result: { added: 1, known: 3 } });
    const fromPipe = await lpfn(['queue', 'add', echo, '--batch', '-', '--queue', 'third'], {
      env,
      input: '1\n2\nnonsense\n',
    });
    expect(fromPipe.code).toBe(2);
    expect(fromPipe.stderr).toContain('line 3 is not JSON');
    // What it says of the lines before is true.
    expect(fromPipe.stderr).toContain('2 added before that.');
    expect(await json('status', '--queue', 'third')).toMatchObject({ result: { waiting: 6 } });
    await writeFile(file, '{"n":1}\n\n{"n":2}\n{"n":3}\n{"n":4}\n{"n":5}\n{"n":');
    expect(await json(...batch)).toMatchObject({
      ok: false,
      error: {
        code: 'USAGE',
        message: expect.stringContaining('line 7') as string,
        hint: '1 added before that, 4 were there already. With the same --key, the whole file can be added again.',
        added: 1,
        known: 4,
      },
    });
    expect(await json('status', '--queue', 'third')).toMatchObject({ result: { waiting: 7 } });
  });

  it('says that an item was there already', async () => {
    const add = ['queue', 'add', echo, '--key', 'once', '--queue', 'fifth'];
    const first = await lpfn(add, { env });
    expect(first.stderr).toBe('');
    const second = await lpfn(add, { env });
    expect(second).toMatchObject({ code: 0, stdout: first.stdout });
    expect(second.stderr).toContain('was there already');
  });

  it('retries what it can, and says what became of the rest', { timeout: 60_000 }, async () => {
    const queue = ['--queue', 'sixth'];
    for (let n = 0; n < 2; n += 1) await json('add', broken, ...queue);
    await lpfn(['queue', 'work', '--until-empty', ...queue], { env });
    const { result } = (await json('dead', 'list', ...queue)) as { result: { id: string }[] };
    const [one, two] = result.map(({ id }) => id);
    const { code, stdout, stderr } = await lpfn(['queue', 'dead', 'retry', one!, 'nobody', two!, '--json', ...queue], {
      env,
    });
    expect(code).toBe(10);
    expect(JSON.parse(stdout)).toMatchObject({
      result: { retried: [one, two], failed: [{ id: 'nobody', code: 'ITEM_NOT_FOUND' }] },
    });
    expect(stderr).toContain('nobody ITEM_NOT_FOUND');
    expect(await json('status', ...queue)).toMatchObject({ result: { waiting: 2, failed: 0 } });
  });

  it('--all leaves uncertain ones alone until it is told to take them', { timeout: 60_000 }, async () => {
    const queue = ['--queue', 'seventh'];
    const uncertain = (await json('add', echo, ...queue))['result'] as { id: string };
    const client = createClient({ url: redis.url });
    await client.connect();
    // As if its worker had been lost after sending.
    await client.hSet(`lpfn:seventh:${uncertain.id}`, 'lp:sent', '1:x');
    client.destroy();
    await json('add', broken, ...queue);
    await lpfn(['queue', 'work', '--until-empty', ...queue], { env });
    expect(await json('status', ...queue)).toMatchObject({ result: { failed: 1, uncertain: 1 } });
    const all = await lpfn(['queue', 'dead', 'retry', '--all', '--json', ...queue], { env });
    expect(all.stderr).toContain('1 uncertain left as they are');
    expect(all.code).toBe(0);
    expect(JSON.parse(all.stdout)).toMatchObject({
      result: { retried: [expect.any(String)], failed: [], uncertainLeft: 1 },
    });
    expect(await json('status', ...queue)).toMatchObject({ result: { waiting: 1, failed: 0, uncertain: 1 } });
    const them = await lpfn(['queue', 'dead', 'retry', '--all', '--state', 'uncertain', ...queue], { env });
    expect(them.stdout).toBe('1 retried\n');
    expect(them.stderr).toContain('may run a second time');
    expect(await json('status', ...queue)).toMatchObject({ result: { waiting: 2, uncertain: 0 } });
  });

  it('lists dead letters that it cannot read', { timeout: 60_000 }, async () => {
    const queue = ['--queue', 'eighth'];
    await json('add', broken, ...queue);
    await lpfn(['queue', 'work', '--until-empty', ...queue], { env });
    const other = { ...env, LPFN_QUEUE_KEYS: `k2:${randomBytes(32).toString('base64')}` };
    const { code, stdout } = await lpfn(['queue', 'dead', 'list', ...queue], { env: other });
    expect(code).toBe(0);
    expect(stdout).toMatch(new RegExp(`\tfailed\tITEM_UNREADABLE\t${broken}\t.*k1`));
  });

  it('a worker says once that Redis is away, and ends when it is told to', { timeout: 60_000 }, async () => {
    const own = await startRedis(program!);
    try {
      const worker = startLpfn(['queue', 'work', '--grace', '2s'], { ...env, LPFN_REDIS_URL: own.url });
      const ended = new Promise<number | null>((resolve) => worker.once('exit', resolve));
      let said = '';
      worker.stderr?.on('data', (data: Buffer) => (said += data.toString()));
      await vi.waitFor(() => expect(said).toContain('Working on the queue'), { timeout: 20_000 });
      await own.kill();
      await vi.waitFor(() => expect(said).toContain('Redis cannot be reached'), { timeout: 20_000 });
      await delay(1_500);
      await own.start();
      await vi.waitFor(() => expect(said).toContain('Redis is back.'), { timeout: 20_000 });
      await own.kill();
      await vi.waitFor(() => expect(said.match(/cannot be reached/g)).toHaveLength(2), { timeout: 20_000 });
      worker.kill('SIGINT');
      expect(await ended).toBe(0);
      expect(said.trim().split('\n')).toEqual([
        expect.stringContaining('Working on the queue'),
        expect.stringMatching(/^Redis cannot be reached: .*goes on by itself/),
        'Redis is back.',
        expect.stringMatching(/^Redis cannot be reached/),
      ]);
    } finally {
      await own.close();
    }
  });

  it('names the flag by which the name of a queue is given', async () => {
    const { code, stderr } = await lpfn(['queue', 'status', '--queue', 'bad name'], { env });
    expect(code).toBe(2);
    expect(stderr).toContain('--queue must be made of letters');
    expect(stderr).not.toContain('--name');
  });

  it('--wait answers what the function returned, or fails as the item does', { timeout: 60_000 }, async () => {
    const worker = startLpfn(['queue', 'work', '--queue', 'fourth', '--concurrency', '2'], env);
    const ended = new Promise<number | null>((resolve) => worker.once('exit', resolve));
    try {
      const good = await lpfn(['queue', 'add', 'echo', '--data', '{"n":7}', '--wait', '--queue', 'fourth'], { env });
      expect(good).toMatchObject({ code: 0, stdout: '{"n":7}\n' });
      const bad = await lpfn(['queue', 'add', broken, '--wait', '--queue', 'fourth', '--json'], { env });
      expect(bad.code).toBe(6);
      expect(JSON.parse(bad.stdout)).toMatchObject({ ok: false, error: { code: 'ITEM_FAILED' } });
    } finally {
      worker.kill('SIGTERM');
    }
    // Ctrl+C is how it is meant to end.
    expect(await ended).toBe(0);
  });

  it.each([
    [['queue', 'add'], 2],
    [['queue', 'add', 'a', '--event', 'b'], 2],
    [['queue', 'add', 'a', '--header', 'x'], 2],
    [['queue', 'add', 'a', '--batch', 'f', '--wait'], 2],
    [['queue', 'add', 'a', '--delay', 'soon'], 2],
    [['queue', 'work', '--concurrency', '0'], 2],
    [['queue', 'dead', 'retry'], 2],
    [['queue', 'dead', 'retry', 'x', '--all'], 2],
    [['queue', 'dead', 'retry', 'nobody'], 10],
    [['queue', 'dead', 'list', '--state', 'done'], 2],
    [['queue', 'status', '--queue', 'a:b'], 2],
  ])('%j ends with exit code %i', async (args, code) => {
    expect((await lpfn(args, { env })).code).toBe(code);
  });

  it('says which variable is wrong, and shows no key', async () => {
    const { code, stderr } = await lpfn(['queue', 'status'], { env: { ...env, LPFN_QUEUE_KEYS: 'k1:tooshort' } });
    expect(code).toBe(3);
    expect(stderr).toContain('LPFN_QUEUE_KEYS');
    expect(stderr).not.toContain('tooshort');
  });

  it('says that Redis is not there, without its password', async () => {
    const { code, stderr } = await lpfn(['queue', 'status'], {
      env: { ...env, LPFN_REDIS_URL: 'redis://user:hidden@127.0.0.1:1' },
    });
    expect(code).toBe(8);
    expect(stderr).toContain('127.0.0.1:1');
    expect(stderr).not.toContain('hidden');
  });
});

describe('lpfn without the packages of the queue', () => {
  it.each([['@lp-functions/invocation-queue'], ['redis']])('says how to install %s', async (name) => {
    // Resolves as if it were not there.
    const hook = `export const resolve = (name, context, next) => { if (name === ${JSON.stringify(name)}) throw Object.assign(new Error(name), { code: 'ERR_MODULE_NOT_FOUND' }); return next(name, context); }`;
    const register = `import { register } from 'node:module'; register(${JSON.stringify(`data:text/javascript,${encodeURIComponent(hook)}`)});`;
    const env = { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(register)}` };
    const { code, stdout } = await lpfn(['queue', 'status', '--json'], { env });
    expect(code).toBe(3);
    expect(JSON.parse(stdout)).toMatchObject({
      ok: false,
      error: {
        code: 'QUEUE_MISSING',
        hint: expect.stringContaining('npm install --global @lp-functions/invocation-queue redis') as string,
      },
    });
  });
});
