import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { ROOT } from '../workspace.mjs';

const folder = join(ROOT, 'scripts');
const generators = readdirSync(folder).filter((name) => /^generate-.*\.mjs$/.test(name));

it('there are scripts that write documents', () => {
  expect(generators).toContain('generate-faults-doc.mjs');
});

it.each(generators)('what scripts/%s writes is up to date; if not, run it', async (name) => {
  const { stdout } = await promisify(execFile)(process.execPath, [join(folder, name), '--check']);
  expect(stdout).toBe('');
});
