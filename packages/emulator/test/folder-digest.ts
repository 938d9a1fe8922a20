import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Names, contents, modes and times of everything in a folder. */
export function digestOf(path: string): string {
  const hash = createHash('sha256');
  const visit = (directory: string): void => {
    for (const name of readdirSync(directory).sort()) {
      const full = join(directory, name);
      const { mode, mtimeMs } = statSync(full);
      hash.update(`${full}:${String(mode)}`);
      if (statSync(full).isDirectory()) visit(full);
      else hash.update(readFileSync(full)).update(String(mtimeMs));
    }
  };
  visit(path);
  return hash.digest('hex');
}
