import { existsSync, readFileSync } from 'node:fs';
import type { FunctionDeployment } from './function-execution.ts';
import type { FunctionManifest } from './function-manifest.ts';
import type { LoggedLine } from './gateway-error.ts';

/** A function of an account. Its fields follow what the files say now. */
export interface EmulatedFunction extends FunctionManifest {
  /** How often it ran since the start or the last reset. A call that was refused, or waits, did not run. */
  readonly invocations: number;
  /** What it logged in its latest invocations, oldest first, at most 1,000 lines. */
  readonly logs: readonly LoggedLine[];
  /** Why it cannot run, if so. */
  readonly problem?: string | undefined;
  /** Counts up from 1 with every change. */
  readonly revision: number;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
  /** Reads its code; empty if there is no file. */
  code(): string;
}

/** What the register keeps of a function. */
export interface FunctionEntry {
  manifest: FunctionManifest;
  problem: string | undefined;
  entryPath: string;
  fingerprint: string;
  revision: number;
  /** Unlike the revision, no other function of this name has had it, not even one that was removed. */
  serial: number;
  readonly fromFolder: boolean;
  readonly createdAtMs: number;
  updatedAtMs: number;
  invocations: number;
  logs: LoggedLine[];
  deployment: FunctionDeployment | undefined;
}

/** Starts the record of a function. */
export function newFunctionEntry(
  manifest: FunctionManifest,
  entryPath: string,
  now: number,
  fromFolder: boolean,
  serial: number,
): FunctionEntry {
  return {
    manifest,
    entryPath,
    fromFolder,
    problem: undefined,
    fingerprint: '',
    revision: 1,
    serial,
    createdAtMs: now,
    updatedAtMs: now,
    invocations: 0,
    logs: [],
    deployment: undefined,
  };
}

/** Shows a function; fields are read when they are asked for. */
export function functionView(entry: () => FunctionEntry): EmulatedFunction {
  const view = {};
  const fields = [
    'uuid',
    'name',
    'description',
    'eventId',
    'skills',
    'state',
    'size',
    'isCompV1',
    'environmentVariables',
    'sampleInput',
  ] as const;
  for (const field of fields)
    Object.defineProperty(view, field, { enumerable: true, get: () => entry().manifest[field] });
  for (const field of ['invocations', 'logs', 'problem', 'revision', 'createdAtMs', 'updatedAtMs'] as const) {
    Object.defineProperty(view, field, { enumerable: true, get: () => entry()[field] });
  }
  const code = (): string => (existsSync(entry().entryPath) ? readFileSync(entry().entryPath, 'utf8') : '');
  Object.defineProperty(view, 'code', { enumerable: false, value: code });
  return view as EmulatedFunction;
}
