import type { LookupAddress, LookupOptions } from 'node:dns';
import { describe, expect, it } from 'vitest';
import { isLocalhostName, localhostLookup } from '../../src/localhost-lookup.ts';

const lookUp = (hostname: string, options: LookupOptions) =>
  new Promise<{ address: string | LookupAddress[]; family: number | undefined }>((resolve, reject) => {
    localhostLookup(hostname, options, (error, address, family) => {
      if (error === null) resolve({ address, family });
      else reject(error);
    });
  });

describe('localhostLookup', () => {
  it.each([['euwe1.fninvocations.localhost'], ['VA.FaaSGW.LOCALHOST'], ['a.localhost']])(
    '%s is this machine',
    async (name) => {
      expect(await lookUp(name, {})).toEqual({ address: '127.0.0.1', family: 4 });
      expect(await lookUp(name, { all: false })).toEqual({ address: '127.0.0.1', family: 4 });
      expect(await lookUp(name, { all: true })).toEqual({
        address: [{ address: '127.0.0.1', family: 4 }],
        family: undefined,
      });
    },
  );

  it('gives every caller a list of its own', async () => {
    const { address } = await lookUp('a.localhost', { all: true });
    (address as LookupAddress[]).pop();
    expect((await lookUp('a.localhost', { all: true })).address).toHaveLength(1);
  });

  it('asks the system for everything else', async () => {
    expect((await lookUp('127.0.0.1', {})).address).toBe('127.0.0.1');
    expect((await lookUp('localhost', { all: true })).address).toEqual(
      expect.arrayContaining([{ address: expect.any(String), family: expect.any(Number) }]),
    );
    await expect(lookUp('nowhere.invalid', {})).rejects.toMatchObject({ syscall: 'getaddrinfo' });
  });
});

describe('isLocalhostName', () => {
  it.each([
    ['localhost', true],
    ['LocalHost', true],
    ['x.localhost', true],
    ['localhost.x', false],
    ['xlocalhost', false],
    ['localhost.', false],
    ['', false],
  ])('%j: %s', (name, expected) => {
    expect(isLocalhostName(name)).toBe(expected);
  });
});
