import { UsageError } from '../../terminal/usage-error.ts';

/** One line of a file, without its end. */
export interface InputLine {
  /** Counts from 1. */
  readonly line: number;
  readonly text: string;
}

/** No payload is longer: the platform takes less. A file without line ends must not be read whole into memory. */
const MAX_PAYLOAD_BYTES = 16 * 1024 * 1024;
const NEWLINE = 0x0a;

/**
 * Splits a stream into lines at `\n` or `\r\n` and nowhere else: JSON may hold every other character that some take for a line end. A last
 * line without an end is a line, too. A byte order mark is left out.
 *
 * @param maxBytes - of a line.
 * @throws UsageError for a line that is no UTF-8 or is longer.
 */
export async function* splitLines(
  chunks: AsyncIterable<Uint8Array>,
  maxBytes: number = MAX_PAYLOAD_BYTES,
): AsyncGenerator<InputLine> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let line = 0;
  let kept: Uint8Array[] = [];
  let keptBytes = 0;

  function decode(end: Uint8Array): InputLine {
    line += 1;
    const bytes = kept.length === 0 ? end : Buffer.concat([...kept, end]);
    kept = [];
    keptBytes = 0;
    try {
      return { line, text: decoder.decode(bytes).replace(/\r$/, '') };
    } catch {
      throw new UsageError(`line ${String(line)} is not UTF-8`);
    }
  }

  for await (const chunk of chunks) {
    let from = 0;
    for (let at = chunk.indexOf(NEWLINE); at >= 0; at = chunk.indexOf(NEWLINE, from)) {
      yield decode(chunk.subarray(from, at));
      from = at + 1;
    }
    if (from === chunk.length) continue;
    kept.push(chunk.subarray(from));
    keptBytes += chunk.length - from;
    if (keptBytes > maxBytes) throw new UsageError(`line ${String(line + 1)} is longer than ${String(maxBytes)} bytes`);
  }
  if (keptBytes > 0) yield decode(new Uint8Array());
}
