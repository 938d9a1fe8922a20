import { statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { newFunctionEntry, type FunctionEntry } from './function-entry.ts';
import { fingerprint, functionNames, functionsDirectory, readFolderFunction } from './function-folder.ts';
import type { FunctionManifest } from './function-manifest.ts';

/** What is known of an account's functions, in step with the folder. */
export interface FunctionEntries {
  /** The folder that holds one folder per function. */
  readonly folder: string | undefined;
  /** The folder's `settings.json`, whether it is there or not. */
  readonly settingsPath: string | undefined;
  readonly all: ReadonlyMap<string, FunctionEntry>;
  /** Looks at the whole folder. */
  refresh(): void;
  /** Finds a function by name or UUID, as its files are now. */
  find(nameOrUuid: string): FunctionEntry | undefined;
  /** Names function and revision, for the pool. */
  keyOf(entry: FunctionEntry): string;
  /** Adds a function that is in no folder, or replaces the one of that name. */
  put(manifest: FunctionManifest, entryPath: string): FunctionEntry;
  delete(entry: FunctionEntry): boolean;
}

/** Reads the folder. It is looked at again whenever a function is looked up, so an edit counts from the next call on. */
export function createFunctionEntries(options: {
  readonly accountId: string;
  /** Folder in the layout of LivePerson's CLI. */
  readonly path?: string | undefined;
  readonly now: () => number;
  /** Called with the key of a revision that is no longer served. */
  readonly retired: (key: string) => void;
  readonly settingsChanged: () => void;
}): FunctionEntries {
  const entries = new Map<string, FunctionEntry>();
  const folder = options.path === undefined ? undefined : functionsDirectory(resolve(options.path));
  const settingsPath = folder === undefined ? undefined : join(folder, 'settings.json');
  let folderState = '';
  let settingsState = '';
  let nextSerial = 1;

  const keyOf = (entry: FunctionEntry): string => `${options.accountId}/${entry.manifest.name}#${String(entry.serial)}`;
  const retire = (entry: FunctionEntry): void => {
    options.retired(keyOf(entry));
    entry.revision += 1;
    entry.serial = nextSerial++;
    entry.deployment = undefined;
  };
  const checkSettings = (): void => {
    const state = settingsPath === undefined ? '' : fingerprint(settingsPath);
    if (state === settingsState) return;
    settingsState = state;
    options.settingsChanged();
    for (const entry of entries.values()) retire(entry);
  };
  const readEntry = (directory: string, name: string): void => {
    const state = fingerprint(join(directory, name));
    const known = entries.get(name);
    if (known?.fingerprint === state) return;
    const { manifest, problem, entryPath } = readFolderFunction(options.accountId, directory, name);
    const twin = [...entries.values()].find((other) => other !== known && other.manifest.uuid === manifest.uuid);
    const fault = problem ?? (twin === undefined ? undefined : `Its UUID is that of ${twin.manifest.name}.`);
    const now = options.now();
    if (known === undefined) {
      entries.set(name, {
        ...newFunctionEntry(manifest, entryPath, now, true, nextSerial++),
        problem: fault,
        fingerprint: state,
      });
      return;
    }
    retire(known);
    Object.assign(known, { manifest, problem: fault, entryPath, fingerprint: state, updatedAtMs: now });
  };
  const refresh = (): void => {
    if (folder === undefined) return;
    checkSettings();
    const names = functionNames(folder);
    folderState = directoryState(folder);
    for (const [name, entry] of entries) {
      if (!entry.fromFolder || names.includes(name)) continue;
      retire(entry);
      entries.delete(name);
    }
    for (const name of names) readEntry(folder, name);
  };
  const refreshOne = (name: string): void => {
    if (folder === undefined) return;
    checkSettings();
    readEntry(folder, name);
  };
  refresh();

  return {
    folder,
    settingsPath,
    all: entries,
    refresh,
    keyOf,
    find: (nameOrUuid) => {
      const wanted = nameOrUuid.toLowerCase();
      const look = (): FunctionEntry | undefined =>
        entries.get(nameOrUuid) ?? [...entries.values()].find(({ manifest }) => manifest.uuid === wanted);
      const found = look();
      if (found?.fromFolder === false) {
        checkSettings();
        return found;
      }
      if (found === undefined || (folder !== undefined && directoryState(folder) !== folderState)) refresh();
      else refreshOne(found.manifest.name);
      return look();
    },
    put: (manifest, entryPath) => {
      const known = entries.get(manifest.name);
      const now = options.now();
      if (known === undefined) {
        const entry = newFunctionEntry(manifest, entryPath, now, false, nextSerial++);
        entries.set(manifest.name, entry);
        return entry;
      }
      retire(known);
      return Object.assign(known, { manifest, entryPath, updatedAtMs: now });
    },
    delete: (entry) => {
      retire(entry);
      return entries.delete(entry.manifest.name);
    },
  };
}

function directoryState(path: string): string {
  return String(statSync(path, { throwIfNoEntry: false })?.mtimeMs);
}
