import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import * as errors from '../../src/index.ts';

const { ERROR_CODES, FaaSError } = errors;

/** The codes of a union type, read from the file that declares it: what the compiler checks, seen from outside. */
function declaredCodes(file: string): string[] {
  const source = readFileSync(new URL(`../../src/${file}`, import.meta.url), 'utf8');
  const unions = [...source.matchAll(/export type \w+ErrorCode =([^;]+);/g)];
  return unions.flatMap(([, union = '']) => [...union.matchAll(/'([A-Z_]+)'/g)].map(([, code = '']) => code));
}

describe('ERROR_CODES', () => {
  it('explains every code that a class declares, and no other', () => {
    const declared = [
      'configuration-error.ts',
      'transport-error.ts',
      'domain-discovery-error.ts',
      'sentinel-oauth-error.ts',
      'faas-detailed-error.ts',
      'invocation-queue-error.ts',
    ].flatMap(declaredCodes);
    expect(declared.length).toBeGreaterThan(40);
    expect(Object.keys(ERROR_CODES).sort()).toEqual([...new Set(declared)].sort());
  });

  it.each(Object.entries(ERROR_CODES))('%s names a class that exists and says what to do', (_code, entry) => {
    const errorClass = (errors as Record<string, unknown>)[entry.errorClass] as typeof FaaSError;
    expect(errorClass.prototype).toBeInstanceOf(FaaSError);
    expect(entry.meaning).toMatch(/\.$/);
    expect(entry.whatToDo).toMatch(/[.]$/);
  });
});
