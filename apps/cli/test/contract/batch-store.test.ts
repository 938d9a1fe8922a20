import { appendFile, mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, test } from 'vitest';
import { type BatchStore, openBatchStore } from '../../src/invoke/batch/batch-store.ts';
import { type BatchTally, createTally } from '../../src/invoke/batch/batch-tally.ts';
import { outcomeFormat } from '../../src/invoke/batch/outcome-record.ts';

const IDENTITY = { sha256: 'abc', items: 9, call: { function: 'echo', '--skill': '7' } };
const id = (line: number): string => `00000000-0000-4000-8000-${String(line).padStart(12, '0')}`;

describe.each(['out.jsonl', 'out.csv'])('the files of a batch (%s)', (name) => {
  let folder: string;
  let path: string;
  let tally: BatchTally;
  const format = outcomeFormat(name);
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lpfn-store-'));
    path = join(folder, name);
  });
  afterEach(() => rm(folder, { recursive: true }));

  function open(changes: Partial<Parameters<typeof openBatchStore>[0]> = {}): Promise<BatchStore> {
    tally = createTally();
    return openBatchStore({
      path,
      format,
      identity: IDENTITY,
      resume: false,
      retry: { unknown: false, failed: false },
      tally,
      ...changes,
    });
  }
  const resume = (retry = {}): Promise<BatchStore> =>
    open({ resume: true, retry: { unknown: false, failed: false, ...retry } });

  async function succeed(store: BatchStore, line: number): Promise<void> {
    await store.started(line, id(line));
    await store.finished({ line, ok: true, result: { line }, requestId: id(line) });
  }
  async function fail(store: BatchStore, line: number): Promise<void> {
    await store.started(line, id(line));
    await store.finished({
      line,
      ok: false,
      error: { code: 'FUNCTION_THREW', message: 'a,"b"\nc' },
      requestId: id(line),
    });
  }
  /** Leaves the files as a process that was killed does: with its lock, and as far as it had come. */
  async function kill(store: BatchStore): Promise<void> {
    const kept = await Promise.all(
      [path, `${path}.journal`].map(async (file) => [file, await readFile(file)] as const),
    );
    await store.close();
    for (const [file, bytes] of kept) await writeFile(file, bytes);
    await writeFile(`${path}.journal.lock`, JSON.stringify({ pid: 1, began: 'another', id: 'gone' }));
  }
  async function lines(): Promise<string[]> {
    return (await readFile(path, 'utf8'))
      .slice(format.header.length)
      .split('\n')
      .filter((text) => text !== '');
  }
  const numbersIn = async (): Promise<(number | undefined)[]> => (await lines()).map((text) => format.read(text)?.line);

  it('says on disk that a line is begun before it may be sent', async () => {
    const store = await open();
    await store.started(3, id(3));
    expect((await readFile(`${path}.journal`, 'utf8')).split('\n')[1]).toBe(`s 3 ${id(3)}`);
    await store.close();
    expect((await stat(`${path}.journal`)).mode & 0o777).toBe(0o600);
  });

  it('knows after a kill what is done, what is unknown, and what was never begun', async () => {
    const store = await open();
    await succeed(store, 1);
    await fail(store, 2);
    await store.started(3, id(3));
    await store.started(4, id(4));
    await store.notSent(4);
    await kill(store);
    const again = await resume();
    expect([1, 2, 3, 4, 5].map((line) => again.isDone(line))).toEqual([true, true, true, false, false]);
    expect([tally.ok, tally.failed, tally.unknownLines]).toEqual([1, 1, [3]]);
    await again.close();
    expect(await numbersIn()).toEqual([1, 2, 3]);
    expect((await lines())[2]).toContain('OUTCOME_UNKNOWN');
    expect((await lines())[2]).toContain(id(3));
    // It is written down, so that it stays so.
    await (await resume()).close();
    expect(tally.unknownLines).toEqual([3]);
    expect(await numbersIn()).toEqual([1, 2, 3]);
  });

  it('takes unknown and failed lines out when they are to be sent again, and only then', async () => {
    const store = await open();
    await succeed(store, 1);
    await fail(store, 2);
    await store.started(3, id(3));
    await kill(store);
    await (await resume()).close();
    const unknown = await resume({ unknown: true });
    expect([1, 2, 3].map((line) => unknown.isDone(line))).toEqual([true, true, false]);
    expect(await numbersIn()).toEqual([1, 2]);
    // Killed before it is sent anew: it is pending, not unknown.
    await kill(unknown);
    const failed = await resume({ failed: true });
    expect([1, 2, 3].map((line) => failed.isDone(line))).toEqual([true, false, false]);
    expect([tally.ok, tally.failed, tally.unknownLines]).toEqual([1, 0, []]);
    await succeed(failed, 3);
    await succeed(failed, 2);
    await failed.close();
    expect(await numbersIn()).toEqual([1, 3, 2]);
  });

  it('sends lines again that were under way when it was killed, if that is asked for at once', async () => {
    const store = await open();
    await succeed(store, 1);
    await store.started(2, id(2));
    await kill(store);
    const again = await resume({ unknown: true });
    expect([again.isDone(1), again.isDone(2)]).toEqual([true, false]);
    await again.close();
  });

  it('cuts off a torn last outcome: its line is unknown', async () => {
    const store = await open();
    await succeed(store, 1);
    await succeed(store, 2);
    await truncate(path, (await stat(path)).size - 5);
    await kill(store);
    const again = await resume();
    expect([tally.ok, tally.unknownLines]).toEqual([1, [2]]);
    await succeed(again, 3);
    await again.close();
    expect(await numbersIn()).toEqual([1, 2, 3]);
  });

  it('cuts off a torn last line of the journal: it was never sent', async () => {
    const store = await open();
    await succeed(store, 1);
    await appendFile(`${path}.journal`, 's 2 0000');
    await kill(store);
    const again = await resume();
    expect([again.isDone(1), again.isDone(2)]).toEqual([true, false]);
    await succeed(again, 2);
    await again.close();
    expect(await readFile(`${path}.journal`, 'utf8')).toMatch(/^\{.*\}\ns 1 \S{36}\ns 2 \S{36}\n$/);
  });

  it('survives a kill before the first outcome, and one within its first line', async () => {
    const store = await open();
    await store.started(1, id(1));
    await kill(store);
    await truncate(path, Math.min((await stat(path)).size, 3));
    const again = await resume();
    expect(tally.unknownLines).toEqual([1]);
    await again.close();
    expect((await readFile(path, 'utf8')).startsWith(format.header)).toBe(true);
    expect(await numbersIn()).toEqual([1]);
  });

  it('goes on where the output was lost, calling unknown what was begun', async () => {
    const store = await open();
    await succeed(store, 1);
    await kill(store);
    await rm(path);
    await (await resume()).close();
    expect(tally.unknownLines).toEqual([1]);
  });

  it('begins anew with --resume if there is nothing to go on with', async () => {
    const store = await resume();
    await succeed(store, 1);
    await store.close();
    expect(await numbersIn()).toEqual([1]);
  });

  it('leaves nothing behind if it was in vain', async () => {
    const store = await open();
    await store.started(1, id(1));
    await store.notSent(1);
    await store.close(true);
    expect(await readdir(folder)).toEqual([]);
    const other = await open();
    await other.finished({ line: 1, ok: false, error: { code: 'LINE_INVALID' }, requestId: null });
    await other.close(true);
    expect(await numbersIn()).toEqual([1]);
  });

  test.each([
    ['another input', { ...IDENTITY, sha256: 'def' }, 'the input is not the one'],
    ['another function', { ...IDENTITY, call: { ...IDENTITY.call, function: 'other' } }, 'function is not what'],
    ['another skill', { ...IDENTITY, call: { function: 'echo' } }, '--skill is not what'],
    ['one flag more', { ...IDENTITY, call: { ...IDENTITY.call, '--user-id': '1' } }, '--user-id is not what'],
  ])('refuses to go on with %s', async (_what, identity, message) => {
    const store = await open();
    await succeed(store, 1);
    await store.close();
    await expect(open({ resume: true, identity })).rejects.toMatchObject({
      code: 'BATCH_CHANGED',
      message: expect.stringContaining(message) as string,
    });
    // It has given the lock back.
    await (await resume()).close();
  });

  it('refuses to go on with what was begun on standard input', async () => {
    const store = await open({ identity: { ...IDENTITY, sha256: null, items: null } });
    await succeed(store, 1);
    await store.close();
    await expect(resume()).rejects.toThrow('begun on standard input');
  });

  it('never writes over what is there', async () => {
    await writeFile(path, 'mine');
    await expect(open()).rejects.toMatchObject({ code: 'BATCH_FILE' });
    await expect(resume()).rejects.toThrow('no journal');
    expect(await readFile(path, 'utf8')).toBe('mine');
    await rm(path);
    const store = await open();
    await succeed(store, 1);
    await store.close();
    await expect(open()).rejects.toMatchObject({ hint: expect.stringContaining('--resume') as string });
    await expect(open({ path: join(folder, 'no-folder', name) })).rejects.toMatchObject({ code: 'BATCH_FILE' });
  });

  it('refuses what somebody else has written into the files', async () => {
    const store = await open();
    await succeed(store, 1);
    await succeed(store, 2);
    await store.close();
    const text = await readFile(path, 'utf8');
    await writeFile(path, `${text}something else\n`);
    await expect(resume()).rejects.toMatchObject({
      code: 'BATCH_FILE',
      message: expect.stringContaining('no outcome') as string,
    });
    await writeFile(path, text);
    await appendFile(`${path}.journal`, 'x\n');
    await expect(resume()).rejects.toThrow('none of a journal');
    await writeFile(`${path}.journal`, '{"other":1}\n');
    await expect(resume()).rejects.toThrow('is no journal');
  });

  it('is for one process at a time', async () => {
    const store = await open();
    await expect(open()).rejects.toMatchObject({ code: 'BATCH_LOCKED' });
    await expect(resume()).rejects.toMatchObject({ code: 'BATCH_LOCKED' });
    await store.close();
  });
});
