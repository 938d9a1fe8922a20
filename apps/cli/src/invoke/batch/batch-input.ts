import { createHash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import { systemWords } from '../../terminal/system-words.ts';
import { UsageError } from '../../terminal/usage-error.ts';
import { readCsv } from './csv-records.ts';
import { readChunks } from './file-chunks.ts';
import { splitLines } from './jsonl-lines.ts';

/** Format of the lines of a batch. */
export type InputFormat = 'jsonl' | 'csv';

/** One call of a batch. */
export interface BatchItem {
  /** Where it stands in the input. */
  readonly line: number;
  readonly payload: unknown;
  /** Why the line is none; nothing is sent for it. */
  readonly problem?: string | undefined;
}

/** What is known of a file before anything is sent. */
export interface InputFacts {
  /** Hex digest of the whole file. */
  readonly sha256: string;
  readonly bytes: number;
  /** Calls that it makes. */
  readonly items: number;
}

/** Where the lines of a batch come from. They are read as they are needed, and never kept. */
export interface BatchInput {
  readonly format: InputFormat;
  /**
   * Reads a file once through: every line must be one that can be sent. `undefined` for standard input and pipes, which can be read once.
   *
   * @param signal - ends it, with its reason.
   * @throws UsageError naming the first line that is none.
   */
  inspect(signal: AbortSignal): Promise<InputFacts | undefined>;
  /** Reads the lines. */
  items(): AsyncGenerator<BatchItem>;
  /** Ends reading, also while waiting for standard input. */
  stop(): void;
  /** True if the file is another than when it was opened. */
  hasChanged(): Promise<boolean>;
  close(): Promise<void>;
}

const ENDINGS: readonly (readonly [RegExp, InputFormat])[] = [
  [/\.(?:jsonl|ndjson)$/i, 'jsonl'],
  [/\.csv$/i, 'csv'],
];

/**
 * Opens the input of a batch.
 *
 * @param path - of the file, or `-`.
 * @param given - format that was named; else the ending says it.
 * @throws UsageError
 */
export async function openInput(path: string, given: InputFormat | undefined): Promise<BatchInput> {
  const format = given ?? ENDINGS.find(([ending]) => ending.test(path))?.[1];
  if (format === undefined) {
    throw new UsageError(
      `the format of ${path === '-' ? 'standard input' : path} is not known`,
      'Add --format jsonl or --format csv.',
    );
  }
  if (path === '-') return fromStream(process.stdin, format);
  const file = await openFile(path);
  const stat = await file.stat();
  if (stat.isFile()) return fromFile(path, file, format);
  if (stat.isDirectory()) {
    await file.close();
    throw new UsageError(`${path} is a folder`, 'Name a file of lines.');
  }
  const stream = file.createReadStream();
  return { ...fromStream(stream, format), close: () => file.close() };
}

function fromStream(stream: NodeJS.ReadableStream & { destroy(): unknown }, format: InputFormat): BatchInput {
  let stopped = false;
  return {
    format,
    inspect: () => Promise.resolve(undefined),
    async *items() {
      try {
        yield* readItems(stream as AsyncIterable<Uint8Array>, format);
      } catch (error) {
        if (!stopped) throw error;
      }
    },
    stop() {
      stopped = true;
      stream.destroy();
    },
    hasChanged: () => Promise.resolve(false),
    close: () => Promise.resolve(),
  };
}

/** One handle for both readings: an editor that puts another file in its place changes nothing. */
function fromFile(path: string, file: FileHandle, format: InputFormat): BatchInput {
  let inspected: { readonly size: number; readonly mtimeMs: number } | undefined;
  let stopped = false;

  async function* hashing(
    chunks: AsyncIterable<Uint8Array>,
    update: (chunk: Uint8Array) => void,
  ): AsyncGenerator<Uint8Array> {
    for await (const chunk of chunks) {
      update(chunk);
      yield chunk;
    }
  }

  return {
    format,
    async inspect(signal) {
      const hash = createHash('sha256');
      let [bytes, items] = [0, 0];
      inspected = await file.stat();
      try {
        const chunks = hashing(readChunks(file), (chunk) => {
          hash.update(chunk);
          bytes += chunk.length;
        });
        for await (const { line, problem } of readItems(chunks, format)) {
          if (problem !== undefined) throw new UsageError(`line ${String(line)} is ${problem}`);
          signal.throwIfAborted();
          items += 1;
        }
      } catch (error) {
        if (!(error instanceof UsageError)) throw error;
        throw new UsageError(`${path}: ${error.message}`, error.hint ?? 'Nothing was sent.');
      }
      return { sha256: hash.digest('hex'), bytes, items };
    },
    async *items() {
      for await (const item of readItems(readChunks(file), format)) {
        if (stopped) return;
        yield item;
      }
    },
    stop() {
      stopped = true;
    },
    async hasChanged() {
      const { size, mtimeMs } = await file.stat();
      return inspected !== undefined && (inspected.size !== size || inspected.mtimeMs !== mtimeMs);
    },
    close: () => file.close(),
  };
}

async function* readItems(chunks: AsyncIterable<Uint8Array>, format: InputFormat): AsyncGenerator<BatchItem> {
  if (format === 'csv') {
    for await (const { line, fields } of readCsv(chunks)) yield { line, payload: fields };
    return;
  }
  for await (const { line, text } of splitLines(chunks)) {
    if (text.trim() === '') continue;
    try {
      yield { line, payload: JSON.parse(text) as unknown };
    } catch (error) {
      yield { line, payload: undefined, problem: `not JSON: ${(error as Error).message}` };
    }
  }
}

async function openFile(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'r');
  } catch (error) {
    throw new UsageError(`the batch ${path} cannot be read: ${systemWords(error)}`);
  }
}
