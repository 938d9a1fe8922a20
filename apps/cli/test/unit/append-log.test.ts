import { mkdtemp, open, readFile, rm } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createAppendLog } from '../../src/invoke/batch/append-log.ts';

describe('createAppendLog', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lpfn-log-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('writes in order, and syncs once for all who came meanwhile', async () => {
    const path = join(folder, 'log');
    const file = await open(path, 'ax');
    let syncs = 0;
    const counting = new Proxy(file, {
      get(target, name) {
        if (name === 'datasync') {
          return () => {
            syncs += 1;
            return target.datasync();
          };
        }
        const value = Reflect.get(target, name) as unknown;
        return typeof value === 'function' ? (value.bind(target) as unknown) : value;
      },
    });
    const log = createAppendLog(counting, path, { durable: true });
    await Promise.all(Array.from({ length: 500 }, (_, at) => log.append(`${String(at)}\n`)));
    expect(syncs).toBe(1);
    await log.append('last\n');
    expect(syncs).toBe(2);
    expect(await readFile(path, 'utf8')).toBe(
      `${Array.from({ length: 500 }, (_, at) => `${String(at)}\n`).join('')}last\n`,
    );
    await log.close();
  });

  it('resolves no sooner than the text is on the disk', async () => {
    const happened: string[] = [];
    const file = {
      appendFile: async (text: string) => {
        await new Promise(setImmediate);
        happened.push(`written ${text}`);
      },
      datasync: async () => {
        await new Promise(setImmediate);
        happened.push('synced');
      },
    } as unknown as FileHandle;
    const log = createAppendLog(file, 'a-log', { durable: true });
    const told = (name: string): Promise<void> => log.append(name).then(() => void happened.push(`told ${name}`));
    const first = told('a');
    await new Promise(setImmediate);
    await Promise.all([first, told('b'), told('c')]);
    expect(happened).toEqual(['written a', 'synced', 'told a', 'written bc', 'synced', 'told b', 'told c']);
  });

  it('fails for everybody once it has failed: what was written may be torn', async () => {
    let calls = 0;
    const file = {
      appendFile: () => {
        calls += 1;
        return Promise.reject(
          Object.assign(new Error('ENOSPC: no space left on device'), { syscall: 'write', code: 'ENOSPC' }),
        );
      },
    } as unknown as FileHandle;
    const log = createAppendLog(file, 'a-log', { durable: false });
    await expect(Promise.all([log.append('a'), log.append('b')])).rejects.toThrow('ENOSPC');
    await expect(log.append('c')).rejects.toMatchObject({
      code: 'BATCH_FILE',
      message: 'a-log cannot be used: the disk is full (ENOSPC)',
    });
    expect(calls).toBe(1);
  });
});
