import { linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { EmulatorError } from './emulator-error.ts';
import { randomHex } from './random-credential.ts';

/** Holder of a lock: the number of a process is used again, the moment it was started at is not. */
interface Holder {
  readonly pid: number;
  readonly startedAt: string;
}

/**
 * Takes a folder for this emulator alone, so that two do not overwrite each other's state. The lock of a process that is gone, killed perhaps, is
 * taken over.
 *
 * @returns gives the folder back
 * @throws {@link EmulatorError} DATA_IN_USE
 */
export function lockDirectory(lockPath: string): () => void {
  const own = JSON.stringify({ pid: process.pid, startedAt: startOf(process.pid), id: randomHex(16) });
  for (let attempt = 0; attempt < 3; attempt += 1) {
    try {
      createWhole(lockPath, own);
      return () => {
        if (textOf(lockPath) === own) rmSync(lockPath, { force: true });
      };
    } catch (error) {
      // ENOENT: another start swept the unfinished file away.
      if (!['EEXIST', 'ENOENT'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
    }
    const holder = holderOf(textOf(lockPath));
    if (holder !== undefined && isAlive(holder)) {
      throw new EmulatorError(
        'DATA_IN_USE',
        `The data folder is used by process ${String(holder.pid)}; if that is no emulator, delete ${lockPath}.`,
      );
    }
    rmSync(lockPath, { force: true });
  }
  throw new EmulatorError('DATA_IN_USE', `Another emulator takes the data folder just now: ${lockPath}.`);
}

/** Makes a file that is complete from its first moment; fails if there is one. */
function createWhole(path: string, text: string): void {
  const temporary = `${path}.${randomHex(8)}.tmp`;
  writeFileSync(temporary, text, { flag: 'wx', mode: 0o600 });
  try {
    linkSync(temporary, path);
  } finally {
    rmSync(temporary, { force: true });
  }
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

/** A lock that cannot be read is one whose holder was killed while it wrote. */
function holderOf(text: string): Holder | undefined {
  try {
    const { pid, startedAt } = JSON.parse(text) as Partial<Holder>;
    return typeof pid === 'number' && typeof startedAt === 'string' ? { pid, startedAt } : undefined;
  } catch {
    return undefined;
  }
}

function isAlive({ pid, startedAt }: Holder): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: it is there, and somebody else's.
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  return startOf(pid) === startedAt;
}

/** Linux tells when a process was started; in a container numbers begin anew with each start, so the number alone says little. */
function startOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${String(pid)}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  } catch {
    return '';
  }
}
