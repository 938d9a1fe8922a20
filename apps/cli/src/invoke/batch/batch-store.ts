import { constants } from 'node:fs';
import { access, open, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { createAppendLog } from './append-log.ts';
import { BatchFileError, fileError } from './batch-file-error.ts';
import { type BatchIdentity, requireSameBatch } from './batch-identity.ts';
import { type BatchJournal, createJournal, readJournal, readJournalHeader, reopenJournal } from './batch-journal.ts';
import { type BatchTally, UNKNOWN_CODE } from './batch-tally.ts';
import { takeLock } from './file-lock.ts';
import { createLineStates, type LineState, type LineStates } from './line-states.ts';
import { dropOutcomes, readOutcomes } from './outcome-file.ts';
import type { OutcomeFormat, OutcomeRecord, RecordedOutcome } from './outcome-record.ts';

/** Where the outcomes of a batch go. */
export interface BatchStore {
  /** The same over all runs of a batch. */
  readonly id: string;
  /** True if nothing has to be sent for the line any more. */
  isDone(line: number): boolean;
  /** To be waited for before a line is sent. */
  started(line: number, requestId: string): Promise<void>;
  finished(record: OutcomeRecord): Promise<void>;
  /** The line was begun, and then certainly not sent. */
  notSent(line: number): Promise<void>;
  /**
   * @param inVain - it could not go on: files of a batch that has not sent anything are taken away, so that the same command works once
   *   what was wrong, a secret perhaps, is put right.
   */
  close(inVain?: boolean): Promise<void>;
}

/** How to open a {@link BatchStore}. */
export interface BatchStoreOptions {
  /** Output file; the journal and its lock are beside it. */
  readonly path: string;
  readonly format: OutcomeFormat;
  readonly identity: BatchIdentity;
  /** Goes on with what is there. Without it, nothing may be there. */
  readonly resume: boolean;
  /** Which lines that have an outcome are to be sent again. */
  readonly retry: { readonly unknown: boolean; readonly failed: boolean };
  /** Told of the outcomes of earlier runs, and of the lines that turn out to be unknown. */
  readonly tally: BatchTally;
}

/**
 * Opens output and journal of a batch for this process alone.
 *
 * @throws BatchFileError
 */
export async function openBatchStore(options: BatchStoreOptions): Promise<BatchStore> {
  const { path } = options;
  const journalPath = `${path}.journal`;
  await mayBeWritten(path);
  const unlock = await takeLock(`${journalPath}.lock`).catch((error: unknown) => {
    throw fileError(journalPath, error);
  });
  try {
    const [outThere, journalThere] = [await exists(path), await exists(journalPath)];
    if (options.resume && journalThere) return await resumeStore(options, journalPath, outThere, unlock);
    if (!outThere && !journalThere) return await beginStore(options, journalPath, unlock);
    throw new BatchFileError(
      'BATCH_FILE',
      `${outThere ? path : journalPath} is there already${options.resume ? `, and no journal ${journalPath} beside it` : ''}`,
      options.resume
        ? 'Without its journal a batch cannot be gone on with: take another --out.'
        : 'Add --resume to go on with that batch, or take another --out.',
    );
  } catch (error) {
    await unlock();
    throw fileError(path, error);
  }
}

async function beginStore(
  options: BatchStoreOptions,
  journalPath: string,
  unlock: () => Promise<void>,
): Promise<BatchStore> {
  const journal = await createJournal(journalPath, options.identity);
  const store = await storeOn(options, journal, undefined, unlock);
  let kept = 0;
  return {
    ...store,
    started(line, requestId) {
      kept += 1;
      return store.started(line, requestId);
    },
    finished(record) {
      kept += 1;
      return store.finished(record);
    },
    notSent(line) {
      kept -= 1;
      return store.notSent(line);
    },
    async close(inVain) {
      await store.close(inVain);
      if (inVain !== true || kept > 0) return;
      await rm(journalPath, { force: true });
      await rm(options.path, { force: true });
    },
  };
}

async function resumeStore(
  options: BatchStoreOptions,
  journalPath: string,
  outThere: boolean,
  unlock: () => Promise<void>,
): Promise<BatchStore> {
  const { path, format, retry, tally } = options;
  requireSameBatch(options.identity, await readJournalHeader(journalPath), path);
  const states = createLineStates();
  if (outThere) {
    await readOutcomes(path, format, (outcome) => {
      const state = stateOf(outcome);
      states.set(outcome.line, state);
      if (!isRepeated(state, retry)) tally.add(outcome);
    });
  }
  const begun = new Map<number, string>();
  const known = await readJournal(journalPath, (line, requestId) => {
    const state = states.get(line);
    if (state !== 'pending' && state !== 'started') return;
    states.set(line, requestId === undefined ? 'pending' : 'started');
    if (requestId === undefined) begun.delete(line);
    else begun.set(line, requestId);
  });
  const journal = await reopenJournal(journalPath, known);
  const again = REPEATABLE.filter((state) => isRepeated(state, retry)).flatMap((state) => [...states.all(state)]);
  // The journal first: were it the output, a line without an outcome would look begun, and so be called unknown.
  for (let from = 0; from < again.length; from += LINES_AT_ONCE) {
    await journal.notSent(again.slice(from, from + LINES_AT_ONCE));
  }
  for (const line of again) states.set(line, 'pending');
  if (outThere && again.length > 0) await dropOutcomes(path, format, ({ line }) => states.get(line) === 'pending');
  const store = await storeOn(options, journal, states, unlock);
  for (const line of states.all('started')) {
    const record = unknownOutcome(line, begun.get(line));
    await store.finished(record);
    tally.add({ line, ok: false, code: UNKNOWN_CODE });
  }
  return store;
}

async function storeOn(
  { path, format }: BatchStoreOptions,
  journal: BatchJournal,
  states: LineStates | undefined,
  unlock: () => Promise<void>,
): Promise<BatchStore> {
  const file = await open(path, 'a');
  const out = createAppendLog(file, path, { durable: false });
  if ((await file.stat()).size === 0 && format.header !== '') await out.append(format.header);
  return {
    id: journal.id,
    isDone: (line) => states !== undefined && states.get(line) !== 'pending',
    started: (line, requestId) => journal.started(line, requestId),
    finished: (record) => out.append(format.write(record)),
    notSent: (line) => journal.notSent([line]),
    async close() {
      try {
        // Outcomes first: one that is lost makes its line unknown; a beginning that is lost would let it be sent again.
        await out.close();
        await journal.close();
      } finally {
        await unlock();
      }
    },
  };
}

const REPEATABLE = ['started', 'unknown', 'failed'] as const;
const LINES_AT_ONCE = 10_000;

function isRepeated(state: LineState, { unknown, failed }: BatchStoreOptions['retry']): boolean {
  return state === 'failed' ? failed : unknown && (state === 'started' || state === 'unknown');
}

function stateOf({ ok, code }: RecordedOutcome): LineState {
  if (ok) return 'ok';
  return code === UNKNOWN_CODE ? 'unknown' : 'failed';
}

function unknownOutcome(line: number, requestId: string | undefined): OutcomeRecord {
  const error = {
    name: 'BatchError',
    code: UNKNOWN_CODE,
    message: 'lpfn was ended while this call was under way: the function may have run',
    executed: 'maybe',
    retryable: false,
  };
  return { line, ok: false, error, requestId: requestId ?? null };
}

async function exists(path: string): Promise<boolean> {
  try {
    await access(path, constants.F_OK);
    return true;
  } catch {
    return false;
  }
}

async function mayBeWritten(path: string): Promise<void> {
  try {
    await access(dirname(path), constants.W_OK);
  } catch (error) {
    throw new BatchFileError('BATCH_FILE', `--out ${path} cannot be written: ${(error as Error).message}`);
  }
}
