import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { layersDiagram, withDiagram } from '../layers-diagram.mjs';
import { ROOT } from '../workspace.mjs';

it('the picture in docs/architecture.md is what the packages say; if not, run scripts/generate-layers-diagram.mjs', async () => {
  const document = await readFile(join(ROOT, 'docs', 'architecture.md'), 'utf8');
  expect(document).toBe(withDiagram(document, layersDiagram()));
});

it('leaves out arrows that follow from others', () => {
  const named = (group, name, ...needed) => ({
    group,
    manifest: {
      name: `@lp-functions/${name}`,
      dependencies: Object.fromEntries(needed.map((other) => [`@lp-functions/${other}`, 'workspace:^'])),
    },
  });
  const packages = [
    named('apps', 'top', 'low', 'middle'),
    named('packages', 'low'),
    named('packages', 'middle', 'low'),
  ];
  expect(layersDiagram(packages).split('\n')).toEqual([
    'flowchart TD',
    '  low[low]',
    '  middle[middle]',
    '  top([top])',
    '  middle --> low',
    '  top --> middle',
  ]);
});

it('refuses a document without a place for the picture', () => {
  expect(() => withDiagram('# Architecture', 'flowchart TD')).toThrow('no place');
});
