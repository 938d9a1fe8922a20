import { describe, expect, test } from 'vitest';
import { createProgram } from '../../src/program.ts';
import { wantedForm } from '../../src/wanted-form.ts';

const program = createProgram(() => Promise.resolve());

describe('the form that is asked for', () => {
  test.each([
    [['invoke', 'x', '--json'], { json: true, quiet: false }],
    [['--json', 'invoke', 'x'], { json: true, quiet: false }],
    [['invoke', 'x', '-q', '--json'], { json: true, quiet: true }],
    [['invoke', 'x', '--data', '--json'], { json: false, quiet: false }],
    [['invoke', 'x', '-d', '--json', '--json'], { json: true, quiet: false }],
    [['invoke', 'x', '--data={}', '--json'], { json: true, quiet: false }],
    [['invoke', '--', '--json'], { json: false, quiet: false }],
    [['no-such-command', '--json'], { json: true, quiet: false }],
    [[], { json: false, quiet: false }],
  ])('%j', (args, form) => {
    expect(wantedForm(program, args)).toEqual(form);
  });
});
