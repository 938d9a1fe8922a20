import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readSettings } from '../../src/settings.ts';

const APP = join(import.meta.dirname, '..', '..');
const readme = readFileSync(join(APP, 'README.md'), 'utf8');
const links = [...readme.matchAll(/\[`(\w+)`\]\((src\/[\w/.-]+\.ts)#L(\d+)\)/g)].map(([, name, file, line]) => ({
  name: name!,
  file: file!,
  line: Number(line),
}));

/** Where something is declared: a function, a constant, a method. */
function declarationOf(name: string, file: string): number {
  const declaration = new RegExp(`^\\s*(?:export )?(?:async )?(?:function |const )?${name}\\b(?:\\(|: | =|<)`);
  return (
    readFileSync(join(APP, file), 'utf8')
      .split('\n')
      .findIndex((line) => declaration.test(line)) + 1
  );
}

test.each(links)('the README finds $name in $file', ({ name, file, line }) => {
  const declared = declarationOf(name, file);
  expect(declared, `${name} is not declared in ${file}`).toBeGreaterThan(0);
  expect(`${file}#L${line}`).toBe(`${file}#L${declared}`);
});

test('the README leads to the code in every step', () => {
  expect(links.length).toBeGreaterThan(25);
  expect([...readme.matchAll(/src\/[\w/.-]+\.ts/g)].length).toBe(links.length);
});

test('the README names every setting, and no other', () => {
  const named = new Set([...readme.matchAll(/`((?:LPFN|EXAMPLE)_[A-Z_]+)`/g)].map(([, name]) => name!));
  const source = readFileSync(join(APP, 'src', 'settings.ts'), 'utf8');
  const known = new Set([...source.matchAll(/^ {4}((?:LPFN|EXAMPLE)_[A-Z_]+):/gm)].map(([, name]) => name!));
  expect(named).toEqual(known);
  expect(() => readSettings({})).toThrow();
});
