import { expect, it } from 'vitest';
import { releaseOrder } from '../release-order.mjs';
import { publishedPackages } from '../workspace.mjs';

const one = (name, dependencies = {}, optionalDependencies = {}) => ({
  manifest: { name, dependencies, optionalDependencies },
});
const names = (packages) => packages.map(({ manifest }) => manifest.name);

it('puts what is needed before who needs it, and leaves the rest alone', () => {
  const packages = [one('a', { c: '1', elsewhere: '1' }), one('b', {}, { a: '1' }), one('c')];
  expect(names(releaseOrder(packages))).toEqual(['c', 'a', 'b']);
});

it('refuses a circle', () => {
  expect(() => releaseOrder([one('a', { b: '1' }), one('b', { a: '1' })])).toThrow('a needs b needs a');
});

it('begins with errors and ends above the client', () => {
  const order = names(releaseOrder(publishedPackages()));
  expect(order).toHaveLength(publishedPackages().length);
  const at = (name) => order.indexOf(`@lp-functions/${name}`);
  expect(at('errors')).toBeLessThan(at('http'));
  expect(at('http')).toBeLessThan(at('client'));
  expect(at('client')).toBeLessThan(at('cli'));
});
