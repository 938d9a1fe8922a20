import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { takeLock } from '../../src/invoke/batch/file-lock.ts';

describe('takeLock', () => {
  let folder: string;
  let path: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lpfn-lock-'));
    path = join(folder, 'lock');
  });
  afterEach(() => rm(folder, { recursive: true }));

  /** A process that was there, and is gone. */
  async function goneProcess(): Promise<number> {
    const child = spawn(process.execPath, ['-e', '']);
    await once(child, 'exit');
    return child.pid ?? 0;
  }

  it('is for one at a time, and given back', async () => {
    const unlock = await takeLock(path);
    await expect(takeLock(path)).rejects.toMatchObject({
      code: 'BATCH_LOCKED',
      message: expect.stringContaining(`process ${String(process.pid)}`) as string,
      hint: expect.stringContaining(path) as string,
    });
    await unlock();
    await (
      await takeLock(path)
    )();
    expect(await readdir(folder)).toEqual([]);
  });

  it('is taken over from a process that is gone, by one of many who try at once', async () => {
    const pid = await goneProcess();
    for (let round = 0; round < 50; round += 1) {
      const stale = { pid, began: '1', id: `stale-${String(round)}` };
      await writeFile(path, JSON.stringify(stale));
      const tries = await Promise.allSettled(Array.from({ length: 16 }, () => takeLock(path)));
      const won = tries.filter((result) => result.status === 'fulfilled');
      expect(won).toHaveLength(1);
      await won[0]?.value();
      expect(await readdir(folder)).toEqual([]);
    }
  });

  it('is taken over when the number of the process belongs to another by now', async () => {
    await writeFile(path, JSON.stringify({ pid: process.pid, began: 'another moment', id: 'stale' }));
    await (
      await takeLock(path)
    )();
  });

  it('is not taken over when nobody can say whose it is', async () => {
    await writeFile(path, '{"pid":');
    await expect(takeLock(path)).rejects.toMatchObject({ code: 'BATCH_LOCKED' });
  });

  it('is not given back by one who has lost it', async () => {
    const unlock = await takeLock(path);
    const others = JSON.stringify({ pid: process.pid, began: '', id: 'another' });
    await writeFile(path, others);
    await unlock();
    expect(await readdir(folder)).toEqual(['lock']);
  });
});
