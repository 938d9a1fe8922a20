// The lockfile names packages by version and hash. An address in it would tie everybody to one registry, or be somebody's tarball.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ROOT } from './workspace.mjs';

const text = await readFile(join(ROOT, 'pnpm-lock.yaml'), 'utf8');
const numbered = text.split('\n').map((line, index) => ({ line, number: index + 1 }));
// A deprecation notice is somebody else's prose and may name any page.
const addresses = numbered.filter(({ line }) => /\b\w+:\/\/|\btarball:/.test(line) && !/^ +deprecated: /.test(line));
const unhashed = numbered.filter(({ line }) => /^ {4}resolution: /.test(line) && !line.includes('integrity: sha512-'));
for (const { line, number } of addresses) console.log(`FAIL pnpm-lock.yaml:${number} has an address: ${line.trim()}`);
for (const { line, number } of unhashed) console.log(`FAIL pnpm-lock.yaml:${number} has no hash: ${line.trim()}`);
if (addresses.length + unhashed.length === 0) console.log('ok   every package by version and hash, no address');
process.exitCode = addresses.length + unhashed.length === 0 ? 0 : 1;
