import cliProgress from 'cli-progress';
import { progressText, type ProgressCounts } from './progress-text.ts';

/** Shows a person how far a batch has come. */
export interface BatchProgress {
  /** Told after every outcome. */
  update(): void;
  /** Ends showing it. */
  stop(): void;
}

/** How to show it. */
export interface BatchProgressOptions {
  /** A bar that is drawn again and again, or lines. */
  readonly bar: boolean;
  /** How far it has come now. */
  readonly counts: () => ProgressCounts;
  /** Prints a line. */
  readonly say: (line: string) => void;
}

const NOTHING: BatchProgress = { update: () => undefined, stop: () => undefined };

/** Whoever reads lines wants few: one for every tenth, but not more often than this, and one at least so often. */
const LINES_IN_ALL = 10;
const MIN_LINE_INTERVAL_MS = 1_000;
const MAX_LINE_INTERVAL_MS = 10_000;
const MAX_BAR_CHARACTERS = 30;
const MIN_BAR_CHARACTERS = 5;

/** Shows progress on stderr: a bar for a terminal, lines for a pipe; nothing if there is nobody to tell. */
export function createProgress(options: BatchProgressOptions | undefined): BatchProgress {
  if (options === undefined) return NOTHING;
  return options.bar ? drawnBar(options) : printedLines(options);
}

function drawnBar({ counts }: BatchProgressOptions): BatchProgress {
  const bar = new cliProgress.SingleBar({
    stream: process.stderr,
    // Drawn within the width, so that the terminal's own wrapping need not be touched: a kill -9 would leave it off.
    linewrap: true,
    barCompleteChar: '█',
    barIncompleteChar: '░',
    barsize: MAX_BAR_CHARACTERS,
    format: (options, { maxWidth }) =>
      barLine(counts(), maxWidth, (share, barsize) => cliProgress.Format.BarFormat(share, { ...options, barsize })),
  });
  const { done, total } = counts();
  bar.start(total ?? 0, done);
  return {
    update: () => {
      bar.update(counts().done);
    },
    stop: () => {
      bar.stop();
    },
  };
}

/**
 * The bar with its text, no wider than the terminal.
 *
 * @param draw - draws a bar of so many characters, filled to a share from 0 to 1.
 */
export function barLine(
  counts: ProgressCounts,
  width: number,
  draw: (share: number, characters: number) => string,
): string {
  const text = progressText(counts);
  const { done, total } = counts;
  const room = Math.min(MAX_BAR_CHARACTERS, width - text.length - 7);
  if (total === undefined || total === 0 || room < MIN_BAR_CHARACTERS) return text.slice(0, Math.max(0, width - 1));
  const share = Math.min(1, done / total);
  const percent = `${String(Math.floor(share * 100))}%`.padStart(4);
  return `${draw(share, room)} ${percent} ${text}`;
}

function printedLines({ counts, say }: BatchProgressOptions): BatchProgress {
  const began = counts();
  const step = began.total === undefined ? Infinity : Math.max(1, Math.ceil(began.total / LINES_IN_ALL));
  let nextDone = (Math.floor(began.done / step) + 1) * step;
  let lastMs = 0;
  return {
    update() {
      const now = counts();
      const sinceMs = now.elapsedMs - lastMs;
      if (sinceMs < MIN_LINE_INTERVAL_MS || (now.done < nextDone && sinceMs < MAX_LINE_INTERVAL_MS)) return;
      say(progressText(now));
      nextDone = (Math.floor(now.done / step) + 1) * step;
      lastMs = now.elapsedMs;
    },
    stop: () => undefined,
  };
}
