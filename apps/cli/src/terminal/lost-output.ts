import { systemWords } from './system-words.ts';
import { withVisibleControls } from './visible-controls.ts';

/** Watches whether what is written arrives. */
export interface OutputWatch {
  /**
   * Told, before an answer is written, that a function has run, or may have: whoever loses the answer must know that.
   *
   * @param executed - as errors have it.
   * @param requestId - of the call.
   */
  ran(executed: 'yes' | 'maybe', requestId: string | undefined): void;
}

/** `EXIT.internal`; the file that has all of them brings libraries along, which `--version` does without. */
const LOST = 1;

/**
 * Listens to what becomes of stdout and stderr, so that a full disk is told rather than thrown. A reader that stops reading, as `head`
 * does, is no failure. A command that listens to stdout itself says itself what is lost.
 */
export function watchOutput(): OutputWatch {
  let run: { readonly executed: 'yes' | 'maybe'; readonly requestId: string | undefined } | undefined;
  let told = false;

  function fail(error: NodeJS.ErrnoException): void {
    if (error.code === 'EPIPE') return;
    // A code that says more stays; that of success is no longer true.
    process.exitCode ||= LOST;
  }

  process.stderr.on('error', fail);
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    fail(error);
    if (error.code === 'EPIPE' || told || process.stdout.listenerCount('error') > 1) return;
    told = true;
    const lines = [`lpfn: the answer could not be written to standard output: ${systemWords(error)}`];
    if (run !== undefined) {
      const happened = run.executed === 'yes' ? 'The function ran' : 'The function may have run';
      lines.push(`  → ${happened}, and its answer is lost. The same command runs it again.`);
      if (run.requestId !== undefined) lines.push(`  requestId=${withVisibleControls(run.requestId)}`);
    }
    process.stderr.write(`${lines.join('\n')}\n`);
  });

  return {
    ran(executed, requestId) {
      run = { executed, requestId };
    },
  };
}
