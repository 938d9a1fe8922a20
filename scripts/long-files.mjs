// Names the source files that have grown past the house limit. For information: it never fails.
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { ROOT, workspacePackages } from './workspace.mjs';

const LIMIT_LINES = 250;

const files = workspacePackages()
  .flatMap(({ directory }) => ['src', 'console'].map((folder) => join(directory, folder)))
  .filter((folder) => existsSync(folder))
  .flatMap((folder) => readdirSync(folder, { recursive: true, withFileTypes: true }))
  .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
  .map((entry) => join(entry.parentPath, entry.name));
for (const file of files) {
  const lines = readFileSync(file, 'utf8').split('\n').length - 1;
  if (lines > LIMIT_LINES)
    console.log(`note ${relative(ROOT, file)} has ${lines} lines: past ${LIMIT_LINES} it may hold two concepts`);
}
