import { randomUUID } from 'node:crypto';
import { constants, copyFile, link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { BatchFileError } from './batch-file-error.ts';

/** Who holds a lock: the number of a process is used again, the moment it began at is not. */
interface Holder {
  readonly pid: number;
  /** As the system tells it; empty where it does not. */
  readonly began: string;
  readonly id: string;
}

/**
 * Takes a file's name for this process alone. The lock of a process that is gone, killed perhaps, is taken over: whoever is the first to link a
 * name made of that lock's own id may, so that of two who find it only one does.
 *
 * @param path - of the lock, beside what it guards.
 * @returns gives it back.
 * @throws BatchFileError BATCH_LOCKED
 */
export async function takeLock(path: string): Promise<() => Promise<void>> {
  const own: Holder = { pid: process.pid, began: await beginOf(process.pid), id: randomUUID() };
  const mine = `${path}.${own.id}`;
  await writeFile(mine, JSON.stringify(own), { flag: 'wx', mode: 0o600 });
  try {
    if (!(await linked(mine, path))) await takeOver(path, mine);
  } finally {
    await rm(mine, { force: true });
  }
  return async () => {
    if ((await readHolder(path))?.id === own.id) await rm(path, { force: true });
  };
}

async function takeOver(path: string, mine: string): Promise<void> {
  const holder = await readHolder(path);
  if (holder === undefined || (await isAlive(holder))) throw inUse(path, holder);
  const claim = `${path}.after-${holder.id}`;
  if (!(await linked(mine, claim))) throw inUse(claim, await readHolder(claim));
  try {
    // Another may have taken it over, and given up its claim, since it was read.
    if ((await readHolder(path))?.id !== holder.id) throw inUse(path, await readHolder(path));
    await rename(claim, path);
  } finally {
    await rm(claim, { force: true });
  }
}

/** False if the name is taken. */
async function linked(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return false;
    if (!WITHOUT_LINKS.has(code)) throw error;
  }
  // A copy is not whole from its first moment, and nothing that is not whole is ever taken over.
  return copied(from, to);
}

/** What file systems say that know no hard links. */
const WITHOUT_LINKS: ReadonlySet<string> = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS']);

async function copied(from: string, to: string): Promise<boolean> {
  try {
    await copyFile(from, to, constants.COPYFILE_EXCL);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

async function readHolder(path: string): Promise<Holder | undefined> {
  try {
    const { pid, began, id } = JSON.parse(await readFile(path, 'utf8')) as Partial<Holder>;
    if (typeof pid !== 'number' || typeof began !== 'string' || typeof id !== 'string') return undefined;
    return /^[\w-]{1,64}$/.test(id) ? { pid, began, id } : undefined;
  } catch {
    return undefined;
  }
}

async function isAlive({ pid, began }: Holder): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: it is there, and somebody else's.
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  return (await beginOf(pid)) === began;
}

/** Linux tells when a process began; in a container numbers start anew, so that the number alone says little. */
async function beginOf(pid: number): Promise<string> {
  try {
    const stat = await readFile(`/proc/${String(pid)}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  } catch {
    return '';
  }
}

function inUse(path: string, holder: Holder | undefined): BatchFileError {
  const who = holder === undefined ? 'another process' : `process ${String(holder.pid)}`;
  return new BatchFileError(
    'BATCH_LOCKED',
    `the batch is being worked on by ${who}`,
    `Wait for it to end. If it is no lpfn, delete ${path}.`,
  );
}
