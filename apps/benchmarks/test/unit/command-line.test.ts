import { describe, expect, it } from 'vitest';
import { PARTS, readCommandLine } from '../../src/command-line.ts';

describe('the command line', () => {
  it('measures everything but the installation unless told', () => {
    expect(readCommandLine([])).toMatchObject({
      parts: PARTS.filter((part) => part !== 'install'),
      contenders: ['lp-functions', 'undici', 'got', 'official'],
      concurrencies: [1, 16, 64],
      rounds: 5,
      json: false,
    });
    expect(readCommandLine(['--install'])?.parts).toContain('install');
  });

  it('lets single numbers override the quick ones', () => {
    const quick = readCommandLine(['--quick', '--rounds', '7', '--only', 'import', '--concurrency', '2']);
    expect(quick).toMatchObject({ rounds: 7, calls: 300, parts: ['import'], concurrencies: [2] });
  });

  it('takes the size of a bulk, and what to hold against', () => {
    const options = readCommandLine(['--items', '1000000', '--rounds', '1', '--baseline', '../before']);
    expect(options).toMatchObject({ items: 1_000_000, bulkRounds: 1, rounds: 1, baselineDirectory: '../before' });
  });

  it('answers a question for help with nothing to do', () => {
    expect(readCommandLine(['--help'])).toBeUndefined();
  });

  it.each([
    [['--only', 'everything'], /there is no everything/],
    [['--clients', 'axios'], /there is no axios/],
    [['--rounds', '0'], /--rounds/],
    [['--calls', '1e9'], /--calls/],
    [['--items', '-1'], /--items/],
    [['--concurrency', '1,x'], /--concurrency/],
    [['--fast'], /--fast/],
  ])('refuses %j', (args, message) => {
    expect(() => readCommandLine(args)).toThrow(message);
  });
});
