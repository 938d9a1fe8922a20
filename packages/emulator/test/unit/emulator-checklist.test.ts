import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const TESTS = new URL('..', import.meta.url).pathname;

/** The lines of the emulator's checklist in the contract, and the official peers' mistakes that it must not make. */
const LINES = [...Array.from({ length: 18 }, (_, index) => `B${String(index + 1)}`), 'C16', 'C18'];

test('every line of the checklist has a test that names it', () => {
  const titles = readdirSync(TESTS, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.test.ts'))
    .flatMap((name) => titlesOf(readFileSync(join(TESTS, name), 'utf8')));
  const named = titles.flatMap((title) => /^((?:[BC]\d+(?:, )?)+): /.exec(title)?.[1]?.split(', ') ?? []);
  expect([...new Set(named)].sort(byLine)).toEqual(LINES);
});

/** The first text that is handed to `test`, `describe` and their `each`. */
function titlesOf(source: string): readonly string[] {
  return [...source.matchAll(/\(\s*(['"`])([BC]\d+[^'"`\n]*)/g)].map(([, , title = '']) => title);
}

function byLine(first: string, second: string): number {
  return LINES.indexOf(first) - LINES.indexOf(second);
}
