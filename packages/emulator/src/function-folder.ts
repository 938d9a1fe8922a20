import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { readManifest, type FunctionManifest } from './function-manifest.ts';

/** One function of a folder, or why it cannot be one. */
export interface FolderFunction {
  readonly name: string;
  readonly directory: string;
  readonly entryPath: string;
  readonly manifest: FunctionManifest;
  /** Why the function cannot run, in words for its author. */
  readonly problem?: string | undefined;
}

/** How deep, and how many files, a function's own folder is looked at for changes. */
const WATCHED_DEPTH = 4;
const WATCHED_FILES = 500;

/**
 * Finds the folder that holds one folder per function: the given one, or its `functions` when the root of a project was given.
 */
export function functionsDirectory(path: string): string {
  const inner = join(path, 'functions');
  return existsSync(inner) && statSync(inner).isDirectory() && !existsSync(join(inner, 'index.js')) ? inner : path;
}

/** Names the subfolders that are meant to be functions: those with an `index.js` or a `config.json`. */
export function functionNames(directory: string): readonly string[] {
  if (!existsSync(directory)) return [];
  return readdirSync(directory)
    .filter((name) => !name.startsWith('.') && name !== 'node_modules')
    .filter((name) => existsSync(join(directory, name, 'index.js')) || existsSync(join(directory, name, 'config.json')))
    .sort();
}

/** Reads one function of a folder. What is wrong with it becomes its `problem`: one broken function is nobody else's trouble. */
export function readFolderFunction(accountId: string, functionsPath: string, name: string): FolderFunction {
  const directory = join(functionsPath, name);
  const entryPath = join(directory, 'index.js');
  const base = { name, directory, entryPath };
  try {
    const manifest = readManifest(
      accountId,
      name,
      readJson(directory, 'config.json'),
      readJson(directory, 'emulator.json'),
    );
    return { ...base, manifest, problem: existsSync(entryPath) ? undefined : 'There is no index.js.' };
  } catch (error) {
    const manifest = readManifest(accountId, name, {}, {});
    return { ...base, manifest, problem: error instanceof Error ? error.message : String(error) };
  }
}

/**
 * Describes the content of a path so that any edit changes the description: name, size, inode and times of every file, without
 * `node_modules`. Looking costs some twenty microseconds, and unlike a watcher it never comes too late.
 */
export function fingerprint(path: string): string {
  const parts: string[] = [];
  describe(path, 0, parts);
  return parts.join('|');
}

function describe(path: string, depth: number, parts: string[]): void {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined || parts.length >= WATCHED_FILES) return;
  if (!stat.isDirectory()) {
    parts.push(`${path}:${String(stat.size)}:${String(stat.ino)}:${String(stat.mtimeMs)}:${String(stat.ctimeMs)}`);
    return;
  }
  if (depth > WATCHED_DEPTH) return;
  for (const name of readdirSync(path).sort()) {
    if (name !== 'node_modules' && !name.startsWith('.')) describe(join(path, name), depth + 1, parts);
  }
}

function readJson(directory: string, file: string): unknown {
  const path = join(directory, file);
  if (!existsSync(path)) return {};
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new Error(`${file} is not JSON: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}
