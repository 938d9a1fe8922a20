#!/usr/bin/env node
import { watchOutput } from './terminal/lost-output.ts';
import { VERSION } from './version.ts';

const watch = watchOutput();
const [, , first, ...others] = process.argv;
if ((first === '--version' || first === '-V' || first === 'version') && others.length === 0) {
  // Nothing to parse, so nothing is loaded for it.
  process.stdout.write(`${VERSION}\n`);
} else {
  const { run } = await import('./run.ts');
  await run(watch);
}
