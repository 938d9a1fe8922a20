import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';

/** A file of the console as it is served. */
export interface ConsoleFile {
  readonly contentType: string;
  readonly bytes: Buffer;
  /** Changes with the content. */
  readonly etag: string;
}

/** Built from the folder `console` beside `src`. The address is the same from `src` and from `dist`, so this file has to stay where it is. */
const FOLDER = new URL('../dist/console/', import.meta.url);

/** Everything that is served, by name: no other file can be asked for. */
const CONTENT_TYPES: Readonly<Record<string, string>> = {
  'index.html': 'text/html; charset=utf-8',
  'console.js': 'text/javascript; charset=utf-8',
  'console.css': 'text/css; charset=utf-8',
  'icon.svg': 'image/svg+xml',
  'third-party.txt': 'text/plain; charset=utf-8',
};

/** Finds the console's files, each read when it is asked for first. */
export function createConsoleFiles(): (name: string) => ConsoleFile | undefined {
  const files = new Map<string, ConsoleFile>();
  return (name) => {
    const contentType = Object.hasOwn(CONTENT_TYPES, name) ? CONTENT_TYPES[name] : undefined;
    if (contentType === undefined) return undefined;
    const known = files.get(name);
    if (known !== undefined) return known;
    const url = new URL(name, FOLDER);
    if (!existsSync(url)) return undefined;
    const bytes = readFileSync(url);
    const etag = `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"`;
    const file = { contentType, bytes, etag };
    files.set(name, file);
    return file;
  };
}
