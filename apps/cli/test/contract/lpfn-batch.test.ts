import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { parse } from 'csv-parse/sync';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Answerer, type BatchGateway, startBatchGateway } from '../batch-gateway.ts';
import { lpfn, MAIN, type Run, startLpfn } from '../lpfn-process.ts';

const UUID = '6b1d5f0e-3c0a-4b52-9f0e-2a1f6d1c7e55';

interface Outcome {
  readonly line: number;
  readonly ok: boolean;
  readonly result?: unknown;
  readonly error?: { readonly code: string; readonly executed: string };
  readonly requestId: string;
}

describe.each(['v1', 'v2'] as const)('lpfn invoke --batch on %s', (platform) => {
  let folder: string;
  let gateway: BatchGateway;
  let answer: Answerer;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lpfn-batch-'));
    answer = ({ n }) => ({ status: 200, body: { n, twice: 2 * n } });
    gateway = await startBatchGateway(platform, (payload) => answer(payload));
  });
  afterEach(async () => {
    await gateway.close();
    await rm(folder, { recursive: true });
  });

  const at = (name: string): string => join(folder, name);
  const numbers = (from: number, to: number): string =>
    Array.from({ length: to - from + 1 }, (_, index) => `{"n":${String(from + index)}}\n`).join('');
  async function batch(input: string, ...flags: string[]): Promise<Run> {
    await writeFile(at('in.jsonl'), input);
    return lpfn(['invoke', UUID, '--batch', at('in.jsonl'), ...flags], { env: gateway.env });
  }
  const parseLines = (jsonl: string): Outcome[] =>
    jsonl
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Outcome)
      .toSorted((a, b) => a.line - b.line);
  const outcomes = async (name = 'out.jsonl'): Promise<Outcome[]> => parseLines(await readFile(at(name), 'utf8'));
  const sentTwice = (): unknown[] => [...gateway.received].filter(([, times]) => times > 1);

  it('answers one outcome a line on stdout, and talks on stderr', async () => {
    const { code, stdout, stderr } = await batch('{"n":1}\n\n{"n":2}\r\n{"n":3}');
    expect(code).toBe(0);
    expect(parseLines(stdout)).toEqual(
      [1, 3, 4].map((line, index) => ({
        line,
        ok: true,
        result: { n: index + 1, twice: 2 * index + 2 },
        requestId: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
      })),
    );
    expect(stderr).toMatch(/^lines +3\nok +3\nfailed +0\nsent now +3 in /m);
    expect(gateway.tokens).toBe(1);
    expect((await batch('{"n":4}\n', '--quiet')).stderr).toBe('');
  });

  it('writes outcomes to --out, the summary to stdout, and ends with 10 if a line failed', async () => {
    answer = ({ n }) =>
      n % 3 === 0
        ? { status: 901, body: { code: 'com.customer.faas.function.threw-error', message: `no ${String(n)}` } }
        : { status: 200, body: n };
    const { code, stdout, stderr } = await batch(numbers(1, 30), '--out', at('out.jsonl'), '--concurrency', '4');
    expect(code).toBe(10);
    expect(stdout).toMatch(/^lines +30\nok +20\nfailed +10\n {2}FUNCTION_THREW +10, first on line 3\nsent now +30 in /);
    expect(stderr).toContain('lpfn: not every line succeeded: 10 failed');
    expect(stderr).toContain('--resume --retry-failed');
    const all = await outcomes();
    expect(all.map(({ line, ok }) => [line, ok])).toEqual(
      Array.from({ length: 30 }, (_, index) => [index + 1, (index + 1) % 3 !== 0]),
    );
    expect(all[2]).toMatchObject({
      error: { code: 'FUNCTION_THREW', executed: 'yes' },
      requestId: expect.any(String) as string,
    });
    // What is done is done, whatever came of it.
    const again = await batch(numbers(1, 30), '--out', at('out.jsonl'), '--resume');
    expect(again.code).toBe(10);
    expect(gateway.received.size).toBe(30);
    expect(sentTwice()).toEqual([]);
    answer = ({ n }) => ({ status: 200, body: n });
    const repaired = await batch(numbers(1, 30), '--out', at('out.jsonl'), '--resume', '--retry-failed');
    expect(repaired).toMatchObject({ code: 0, stdout: expect.stringMatching(/ok +30\n/) as string });
    expect(sentTwice()).toHaveLength(10);
    expect((await outcomes()).every(({ ok }) => ok)).toBe(true);
  });

  it('C3: --json answers one object, whatever came of the lines', async () => {
    answer = ({ n }) => (n === 2 ? { status: 500, body: {} } : { status: 200, body: n });
    const { code, stdout } = await batch(numbers(1, 3), '--out', at('out.jsonl'), '--json');
    expect(code).toBe(10);
    expect(JSON.parse(stdout)).toEqual({
      ok: false,
      error: {
        name: 'BatchError',
        code: 'BATCH_INCOMPLETE',
        message: expect.any(String) as string,
        hint: expect.any(String) as string,
        summary: {
          total: 3,
          ok: 2,
          failed: 1,
          unknown: 0,
          pending: 0,
          sent: 3,
          seconds: expect.any(Number) as number,
          failures: [{ code: 'PLATFORM_FAILURE', count: 1, firstLine: 2 }],
          unknownLines: [],
          out: at('out.jsonl'),
        },
      },
      requestId: null,
    });
    answer = ({ n }) => ({ status: 200, body: n });
    const good = await batch(numbers(1, 3), '--out', at('other.jsonl'), '--json');
    expect(JSON.parse(good.stdout)).toMatchObject({ ok: true, result: { total: 3, ok: 3 }, requestId: null });
    const without = await batch(numbers(1, 3), '--json');
    expect(without.code).toBe(2);
    expect(JSON.parse(without.stdout)).toMatchObject({ ok: false, error: { code: 'USAGE' } });
  });

  it('reads CSV, and C14: writes CSV that a CSV parser reads', async () => {
    answer = (payload) => ({ status: 200, body: payload });
    await writeFile(at('in.csv'), 'n,note\r\n1,"a,""b""\r\nc"\r\n2,=1+1\r\n');
    const { code } = await lpfn(['invoke', UUID, '--batch', at('in.csv'), '--out', at('out.csv')], {
      env: gateway.env,
    });
    expect(code).toBe(0);
    const rows = parse<Record<string, string>>(await readFile(at('out.csv')), { columns: true });
    expect(rows.toSorted((a, b) => Number(a['line']) - Number(b['line']))).toEqual([
      {
        line: '2',
        ok: 'true',
        requestId: expect.any(String) as string,
        code: '',
        result: '{"n":"1","note":"a,\\"b\\"\\r\\nc"}',
        error: '',
      },
      {
        line: '4',
        ok: 'true',
        requestId: expect.any(String) as string,
        code: '',
        result: '{"n":"2","note":"=1+1"}',
        error: '',
      },
    ]);
  });

  it('reads standard input as it comes; a line that is no JSON is a failure of its own', async () => {
    const child = startLpfn(['invoke', UUID, '--batch', '-', '--format', 'jsonl'], gateway.env);
    const [answers, talk] = [createInterface({ input: child.stdout! }), text(child.stderr!)];
    child.stdin!.write('{"n":1}\n');
    const [first] = (await once(answers, 'line')) as [string];
    expect(JSON.parse(first)).toMatchObject({ line: 1, ok: true });
    const rest: string[] = [];
    answers.on('line', (line) => rest.push(line));
    child.stdin!.end('nonsense\n{"n":3}\n');
    const [code] = (await once(child, 'close')) as [number];
    expect(code).toBe(10);
    expect(parseLines(rest.join('\n'))).toMatchObject([
      { line: 2, ok: false, error: { code: 'LINE_INVALID', executed: 'no' }, requestId: null },
      { line: 3, ok: true },
    ]);
    expect(await talk).toContain('LINE_INVALID');
  });

  it.each([
    ['a line that is no JSON', ['--out', 'OUT'], '{"n":1}\nnonsense\n', 2, 'line 2 is not JSON'],
    ['no such file', ['--batch', '/nonexistent.jsonl'], '', 2, 'cannot be read'],
    ['a folder', ['--batch', '/tmp', '--format', 'csv'], '', 2, 'is a folder'],
    ['an ending that says nothing', ['--batch', '/etc/hosts'], '', 2, 'format'],
    ['--data beside it', ['--data', '{}'], '', 2, '--data'],
    ['--request-id beside it', ['--request-id', 'x'], '', 2, 'request id'],
    ['--resume without --out', ['--resume'], '', 2, '--out'],
    ['--retry-unknown without --resume', ['--out', 'OUT', '--retry-unknown'], '', 2, '--resume'],
    ['a concurrency that is none', ['--concurrency', '0'], '', 2, 'from 1'],
    ['a rate that is none', ['--rate=-1'], '', 2, 'above 0'],
    ['an output without a format', ['--out', '/tmp/results'], '', 2, 'ending'],
    ['a folder that is not there', ['--out', '/nonexistent/out.jsonl'], '{"n":1}\n', 3, 'cannot be written'],
  ])('refuses %s before anything is sent', async (_what, flags, input, code, message) => {
    const run = await batch(input, ...flags.map((flag) => (flag === 'OUT' ? at('out.jsonl') : flag)));
    expect(run).toMatchObject({ code, stdout: '' });
    expect(run.stderr).toContain(message);
    expect(gateway.received.size + gateway.tokens).toBe(0);
    expect(await readdir(folder)).toEqual(['in.jsonl']);
  });

  it('refuses --resume of standard input, of another input, and of another function', async () => {
    const { env } = gateway;
    const piped = ['invoke', UUID, '--batch', '-', '--format', 'jsonl', '--out', at('piped.jsonl')];
    expect(await lpfn(piped, { env, input: '{"n":1}\n' })).toMatchObject({ code: 0 });
    expect((await lpfn([...piped, '--resume'], { env, input: '{"n":1}\n' })).stderr).toContain('nothing to resume');
    expect(await batch(numbers(1, 3), '--out', at('out.jsonl'))).toMatchObject({ code: 0 });
    const other = await batch(numbers(1, 4), '--out', at('out.jsonl'), '--resume', '--json');
    expect(other.code).toBe(3);
    expect(JSON.parse(other.stdout)).toMatchObject({
      error: { code: 'BATCH_CHANGED', message: expect.stringContaining('input') as string },
    });
    const skilled = await batch(numbers(1, 3), '--out', at('out.jsonl'), '--resume', '--skill', '42');
    expect(skilled.stderr).toContain('--skill is not what the batch was begun with');
    expect(sentTwice()).toEqual([[1, 2]]);
  });

  it('never writes over outcomes, and lets one process at a time work on them', async () => {
    answer = ({ n }) => (n === 2 ? undefined : { status: 200, body: n });
    await writeFile(at('in.jsonl'), numbers(1, 2));
    const args = ['invoke', UUID, '--batch', at('in.jsonl'), '--out', at('out.jsonl')];
    const child = startLpfn(args, gateway.env);
    await gateway.reached(2);
    const second = await lpfn([...args, '--resume', '--json'], { env: gateway.env });
    expect(second.code).toBe(3);
    expect(JSON.parse(second.stdout)).toMatchObject({
      error: { code: 'BATCH_LOCKED', message: expect.stringContaining(String(child.pid)) as string },
    });
    child.kill('SIGKILL');
    await once(child, 'exit');
    const again = await lpfn(args, { env: gateway.env });
    expect(again).toMatchObject({ code: 3, stdout: '' });
    expect(again.stderr).toContain('Add --resume');
    // The one that was killed holds it no more.
    expect(await lpfn([...args, '--resume'], { env: gateway.env })).toMatchObject({ code: 10 });
  });

  it('calls the lines unknown that were under way when it was killed, and names their requests', async () => {
    answer = ({ n }) => (n > 5 ? undefined : { status: 200, body: n });
    await writeFile(at('in.jsonl'), numbers(1, 20));
    const args = [
      'invoke',
      UUID,
      '--batch',
      at('in.jsonl'),
      '--out',
      at('out.jsonl'),
      '--concurrency',
      '3',
      '--rate',
      '500',
    ];
    const child = startLpfn(args, gateway.env);
    await gateway.reached(8);
    // What was answered has been written by then: these lines go on only as others end.
    child.kill('SIGKILL');
    await once(child, 'exit');
    answer = ({ n }) => ({ status: 200, body: n });
    const { code, stdout, stderr } = await lpfn([...args, '--resume'], { env: gateway.env });
    expect(code).toBe(10);
    expect(stdout).toMatch(/unknown +3, on line 6-8\n/);
    expect(stderr).toContain('of 3 it is unknown');
    expect(stderr).toContain('--retry-unknown');
    expect(sentTwice()).toEqual([]);
    expect((await outcomes()).filter(({ ok }) => !ok)).toMatchObject(
      [6, 7, 8].map((line) => ({
        line,
        error: { code: 'OUTCOME_UNKNOWN', executed: 'maybe' },
        requestId: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
      })),
    );
    expect(await lpfn([...args, '--resume', '--retry-unknown'], { env: gateway.env })).toMatchObject({ code: 0 });
    expect(sentTwice()).toEqual([
      [6, 2],
      [7, 2],
      [8, 2],
    ]);
  });

  it('cuts off a torn outcome after a crash of the machine, and calls its line unknown', async () => {
    await batch(numbers(1, 3), '--out', at('out.jsonl'), '--concurrency', '1');
    const whole = await readFile(at('out.jsonl'), 'utf8');
    await writeFile(at('out.jsonl'), whole.slice(0, -9));
    const { code, stdout } = await batch(numbers(1, 3), '--out', at('out.jsonl'), '--resume');
    expect(code).toBe(10);
    expect(stdout).toMatch(/unknown +1, on line 3\n/);
    expect(sentTwice()).toEqual([]);
  });

  it('SIGINT lets the calls under way end, and says how to go on', async () => {
    let release: (() => void) | undefined;
    let held = 0;
    answer = ({ n }) => {
      if (n <= 4) held += 1;
      if (held === 4) release?.();
      return { status: 200, body: n };
    };
    await writeFile(at('in.jsonl'), numbers(1, 1_000));
    const args = [
      'invoke',
      UUID,
      '--batch',
      at('in.jsonl'),
      '--out',
      at('out.jsonl'),
      '--concurrency',
      '4',
      '--rate',
      '50',
    ];
    const underWay = new Promise<void>((resolve) => {
      release = resolve;
    });
    const child = startLpfn(args, gateway.env);
    const talk = text(child.stderr!);
    await underWay;
    child.kill('SIGINT');
    const [code] = (await once(child, 'exit')) as [number];
    expect(code).toBe(130);
    expect(await talk).toContain('waiting for the calls under way');
    expect(await talk).toContain('--resume');
    const done = await outcomes();
    expect(done.length).toBe(gateway.received.size);
    expect(done.length).toBeLessThan(1_000);
    expect(done.every(({ ok }) => ok)).toBe(true);
    const rest = await lpfn(['invoke', UUID, '--batch', at('in.jsonl'), '--out', at('out.jsonl'), '--resume'], {
      env: gateway.env,
    });
    expect(rest.code).toBe(0);
    expect(sentTwice()).toEqual([]);
    expect(gateway.received.size).toBe(1_000);
  });

  it('ends at once when no line can be sent: it uses up none of them', async () => {
    await writeFile(at('in.jsonl'), numbers(1, 500));
    const args = ['invoke', UUID, '--batch', at('in.jsonl'), '--out', at('out.jsonl')];
    const wrong = { ...gateway.env, LPFN_DISCOVERY_URL: 'http://127.0.0.1:1' };
    const { code, stderr } = await lpfn(args, { env: wrong });
    expect(code).toBe(5);
    expect(stderr).toContain('the batch could not go on');
    expect(await readdir(folder)).toEqual(['in.jsonl']);
    answer = () => ({
      status: 404,
      body: { code: 'com.liveperson.faas.function.not-found', errorCode: 'com.liveperson.faas.es.unknownlambda' },
    });
    expect((await lpfn([...args, '--concurrency', '2'], { env: gateway.env })).code).toBe(6);
    expect(gateway.received.size).toBeLessThan(5);
    answer = ({ n }) => ({ status: 200, body: n });
    expect(await lpfn(args, { env: gateway.env })).toMatchObject({ code: 0 });
    expect(await outcomes()).toHaveLength(500);
  });

  it('stops when nobody reads its outcomes any more, and says so', async () => {
    await writeFile(at('in.jsonl'), numbers(1, 5_000));
    const child = startLpfn(['invoke', UUID, '--batch', at('in.jsonl'), '--rate', '100', '--quiet'], gateway.env);
    const talk = text(child.stderr!);
    await once(child.stdout!, 'data');
    child.stdout!.destroy();
    const [code] = (await once(child, 'exit')) as [number];
    expect(code).toBe(10);
    expect(await talk).toContain('lpfn: the batch was stopped: nobody reads its outcomes any more');
    expect(await talk).toContain('may have run');
    expect(gateway.received.size).toBeLessThan(1_000);
  });

  // Linux has a device that is always full.
  if (existsSync('/dev/full')) {
    it('says so when outcomes cannot be written to stdout', async () => {
      await writeFile(at('in.jsonl'), numbers(1, 500));
      const command = `exec "${process.execPath}" "${MAIN}" invoke ${UUID} --batch "${at('in.jsonl')}" --rate 100 > /dev/full`;
      const child = spawn('sh', ['-c', command], { env: { ...gateway.env, LPFN_CONFIG_DIR: at('config') } });
      const [talk] = await Promise.all([text(child.stderr), once(child, 'exit')]);
      expect(child.exitCode).toBe(3);
      expect(talk).toContain('stdout cannot be used: the disk is full (ENOSPC)');
      expect(gateway.received.size).toBeLessThan(500);
    });
  }

  it('sends what the flags say with every line, and an idempotency key that stays the same when it is sent again', async () => {
    const bodies: { readonly headers: readonly { readonly key: string; readonly value: string }[] }[] = [];
    await gateway.close();
    gateway = await startBatchGateway(
      platform,
      ({ n }) => (n === 1 ? { status: 901, body: {} } : { status: 200, body: n }),
      (body) => {
        bodies.push(body as (typeof bodies)[number]);
      },
    );
    const flags = ['--out', at('out.jsonl'), '--header', 'a=b', '--idempotent', '--retries', '0'];
    expect((await batch(numbers(1, 2), ...flags)).code).toBe(10);
    expect((await batch(numbers(1, 2), ...flags, '--resume', '--retry-failed')).code).toBe(10);
    const keys = bodies.map(({ headers }) => headers.find(({ key }) => key === 'Idempotency-Key')?.value);
    expect(bodies.every(({ headers }) => headers.some(({ key, value }) => key === 'a' && value === 'b'))).toBe(true);
    expect(keys).toHaveLength(3);
    expect(new Set(keys).size).toBe(2);
    expect(keys[2]).toMatch(/^[0-9a-f-]{36}-1$/);
  });

  it('applies --query to every result, and keeps one that it does not fit', async () => {
    answer = ({ n }) => ({ status: 200, body: n === 2 ? { list: 'no list' } : { list: [n, n] } });
    const { code, stdout } = await batch(numbers(1, 2), '--query', 'sum(list)');
    expect(code).toBe(10);
    expect(parseLines(stdout)).toMatchObject([
      { line: 1, ok: true, result: 2 },
      { line: 2, ok: false, error: { code: 'QUERY_FAILED', executed: 'yes', result: { list: 'no list' } } },
    ]);
  });

  it('--dry-run checks every line, shows the first call, and sends nothing', async () => {
    const { code, stdout, stderr } = await batch(numbers(1, 9), '--dry-run', '--json', '--out', at('out.jsonl'));
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      ok: true,
      result: { lines: 9, first: { method: 'POST', body: { payload: { n: 1 } } } },
    });
    expect(stderr).toContain('9 lines');
    expect((await batch('{"n":1}\nnonsense\n', '--dry-run')).code).toBe(2);
    expect(gateway.received.size + gateway.tokens).toBe(0);
    expect(await readdir(folder)).toEqual(['in.jsonl']);
  });

  // It takes a while, and knows nothing of generations.
  if (platform === 'v2') {
    it('does not hold the file in memory', async () => {
      answer = () => ({ status: 200, body: null });
      const payload = 'x'.repeat(100_000);
      const lines = Array.from({ length: 1_000 }, (_, index) => JSON.stringify({ n: index, payload }));
      await writeFile(at('in.jsonl'), `${lines.join('\n')}\n`);
      // The file has 100 MB, the heap half of it.
      const env = { ...gateway.env, NODE_OPTIONS: '--max-old-space-size=50' };
      const run = await lpfn(['invoke', UUID, '--batch', at('in.jsonl'), '--out', at('out.jsonl'), '--json'], { env });
      expect(JSON.parse(run.stdout)).toMatchObject({ ok: true, result: { ok: 1_000 } });
    }, 60_000);
  }

  it('an empty file makes no calls, and is no mistake', async () => {
    const { code, stdout } = await batch('\n', '--out', at('out.jsonl'));
    expect(code).toBe(0);
    expect(stdout).toMatch(/^lines +0\n/);
    expect(await outcomes()).toEqual([]);
    expect(gateway.received.size).toBe(0);
  });

  it('tells that the input was changed while it was being sent', async () => {
    let changed = false;
    answer = ({ n }) => {
      if (n === 3 && !changed) {
        changed = true;
        void writeFile(at('in.jsonl'), numbers(1, 60));
      }
      return { status: 200, body: n };
    };
    const { code, stderr } = await batch(numbers(1, 50), '--rate', '50');
    expect(stderr).toContain('the input was changed while it was being sent');
    expect(code).toBe(3);
  });
});
