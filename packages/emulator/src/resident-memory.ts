import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** Page size of Linux on the machines Node runs on; `/proc` counts in pages. */
const PAGE_BYTES = 4096;
const LINUX_INTERVAL_MS = 50;
const PS_INTERVAL_MS = 500;

/** Watches how much memory processes hold outside any heap limit. */
export interface MemoryWatch {
  /**
   * Watches a process until the returned function is called.
   *
   * @param exceeded - called once, when the process holds more than `limitMb`
   */
  watch(pid: number, limitMb: number, exceeded: () => void): () => void;
  close(): void;
}

interface Watched {
  readonly pid: number;
  readonly limitBytes: number;
  readonly exceeded: () => void;
}

/** Creates a watch that looks only while there is something to look at: at `/proc` on Linux, through `ps` elsewhere, not at all on Windows. */
export function createMemoryWatch(): MemoryWatch {
  const watched = new Set<Watched>();
  let timer: NodeJS.Timeout | undefined;
  const stop = (): void => {
    clearInterval(timer);
    timer = undefined;
  };
  const judge = (entry: Watched, bytes: number): void => {
    if (bytes <= entry.limitBytes || !watched.delete(entry)) return;
    entry.exceeded();
  };
  const look = (): void => {
    if (watched.size === 0) stop();
    if (process.platform === 'linux') for (const entry of watched) judge(entry, residentBytes(entry.pid));
    else askPs(watched, judge);
  };
  return {
    watch: (pid, limitMb, exceeded) => {
      const entry: Watched = { pid, limitBytes: limitMb * 1024 * 1024, exceeded };
      watched.add(entry);
      if (process.platform !== 'win32') {
        timer ??= setInterval(look, process.platform === 'linux' ? LINUX_INTERVAL_MS : PS_INTERVAL_MS).unref();
      }
      return () => {
        watched.delete(entry);
      };
    },
    close: () => {
      watched.clear();
      stop();
    },
  };
}

function residentBytes(pid: number): number {
  try {
    return Number(readFileSync(`/proc/${String(pid)}/statm`, 'utf8').split(' ')[1]) * PAGE_BYTES;
  } catch {
    return 0;
  }
}

function askPs(watched: ReadonlySet<Watched>, judge: (entry: Watched, bytes: number) => void): void {
  const pids = [...watched].map(({ pid }) => String(pid));
  if (pids.length === 0) return;
  execFile('ps', ['-o', 'pid=,rss=', '-p', pids.join(',')], (_error, stdout) => {
    for (const line of stdout.split('\n')) {
      const [pid, kilobytes] = line.trim().split(/\s+/).map(Number);
      for (const entry of watched) if (entry.pid === pid) judge(entry, (kilobytes ?? 0) * 1024);
    }
  });
}
