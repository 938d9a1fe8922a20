import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readFirstSteps } from '../../tools/release/first-steps.mjs';
import { ROOT } from '../workspace.mjs';

const text = readFileSync(join(ROOT, 'docs', 'first-steps.md'), 'utf8');

it('a newcomer needs five commands at most, beginning in an empty folder', () => {
  const { commands, file, prints } = readFirstSteps(text);
  expect(commands.length).toBeLessThanOrEqual(5);
  expect(commands[0]).toMatch(/^mkdir /);
  expect(commands.at(-1)).toBe(`node ${file.name}`);
  expect(prints.trim()).not.toBe('');
});

it.each(['sh', 'js', ''])('a document without its fence %j is refused', (language) => {
  expect(() => readFirstSteps(text.replace(new RegExp('```' + language + '( no-run)?\n', 'g'), '```text\n'))).toThrow(
    'lack',
  );
});
