import { randomUUID } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { parseJsonObject } from '@lp-functions/http';
import { type AppendLog, createAppendLog } from './append-log.ts';
import { BatchFileError } from './batch-file-error.ts';
import type { BatchIdentity } from './batch-identity.ts';
import { readChunks, wholeLines } from './file-chunks.ts';
import { splitLines } from './jsonl-lines.ts';

/** First line of a journal. */
export interface JournalHeader extends BatchIdentity {
  readonly journal: 'lpfn-batch-1';
  /** Of the batch, over all its runs. */
  readonly id: string;
}

/**
 * Which lines were begun, written ahead of sending them. What came of them is in the output alone, so that there are no two truths: begun and
 * without an outcome there means unknown.
 */
export interface BatchJournal {
  readonly id: string;
  /** Resolves when it is on the disk that the line is about to be sent. */
  started(line: number, requestId: string): Promise<void>;
  /** Takes it back: the line was certainly not sent, or is to be sent anew. */
  notSent(lines: Iterable<number>): Promise<void>;
  close(): Promise<void>;
}

const [STARTED, NOT_SENT] = ['s', 'n'];

/** Begins a journal. It must not be there yet. */
export async function createJournal(path: string, identity: BatchIdentity): Promise<BatchJournal> {
  const header: JournalHeader = { journal: 'lpfn-batch-1', id: randomUUID(), ...identity };
  const file = await open(path, 'ax', 0o600);
  const log = createAppendLog(file, path, { durable: true });
  await log.append(`${JSON.stringify(header)}\n`);
  await syncFolder(dirname(path));
  return journalOn(log, header.id);
}

/** Opens a journal that {@link readJournal} has read. */
export async function reopenJournal(path: string, { id, bytes }: ReadJournal): Promise<BatchJournal> {
  const file = await open(path, 'a', 0o600);
  // A torn last line was never followed by sending anything.
  await file.truncate(bytes);
  return journalOn(createAppendLog(file, path, { durable: true }), id);
}

function journalOn(log: AppendLog, id: string): BatchJournal {
  return {
    id,
    started: (line, requestId) => log.append(`${STARTED} ${String(line)} ${requestId}\n`),
    notSent: (lines) => log.append([...lines].map((line) => `${NOT_SENT} ${String(line)}\n`).join('')),
    close: () => log.close(),
  };
}

/** How far a journal can be read. */
export interface ReadJournal extends JournalHeader {
  /** Length up to the last whole line. */
  readonly bytes: number;
}

/**
 * Reads what batch a journal is of.
 *
 * @throws BatchFileError BATCH_FILE
 */
export async function readJournalHeader(path: string): Promise<JournalHeader> {
  for await (const { header } of journalLines(path)) return header;
  throw noJournal(path);
}

/**
 * Reads a journal.
 *
 * @param onLine - told of every line that was begun (with its request id), or taken back (without).
 * @throws BatchFileError BATCH_FILE
 */
export async function readJournal(
  path: string,
  onLine: (line: number, requestId: string | undefined) => void,
): Promise<ReadJournal> {
  let read: ReadJournal | undefined;
  for await (const { header, bytes, line, text } of journalLines(path)) {
    read ??= { ...header, bytes };
    if (line === 1) continue;
    const [, kind, number, requestId] = /^([sn]) (\d{1,15})(?: (\S+))?$/.exec(text) ?? [];
    if (number === undefined) {
      throw new BatchFileError('BATCH_FILE', `${path}, line ${String(line)} is none of a journal`);
    }
    onLine(Number(number), kind === STARTED ? requestId : undefined);
  }
  if (read === undefined) throw noJournal(path);
  return read;
}

interface JournalLine {
  readonly header: JournalHeader;
  readonly bytes: number;
  readonly line: number;
  readonly text: string;
}

async function* journalLines(path: string): AsyncGenerator<JournalLine> {
  const file = await openJournal(path);
  try {
    const bytes = await wholeLines(file);
    let header: JournalHeader | undefined;
    for await (const { line, text } of splitLines(readChunks(file, bytes))) {
      header ??= readHeader(path, text);
      yield { header, bytes, line, text };
    }
  } finally {
    await file.close();
  }
}

async function openJournal(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'r');
  } catch (error) {
    throw new BatchFileError('BATCH_FILE', `the journal cannot be read: ${(error as Error).message}`);
  }
}

function readHeader(path: string, text: string): JournalHeader {
  const header = parseJsonObject(text);
  if (header?.['journal'] !== 'lpfn-batch-1') throw noJournal(path);
  return header as unknown as JournalHeader;
}

function noJournal(path: string): BatchFileError {
  return new BatchFileError(
    'BATCH_FILE',
    `${path} is no journal of a batch, or of another version of lpfn`,
    'If the batch never sent anything, delete it and begin anew.',
  );
}

/** A new file is there after a power cut only if its folder is on the disk, too. Windows has no such thing. */
export async function syncFolder(path: string): Promise<void> {
  try {
    const folder = await open(path, 'r');
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
  } catch {
    // Not every file system can, and then there is nothing to be done.
  }
}
