// Writes the picture in docs/architecture.md from the packages' own dependencies.
import { readFile, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { layersDiagram, withDiagram } from './layers-diagram.mjs';
import { ROOT } from './workspace.mjs';

const file = join(ROOT, 'docs', 'architecture.md');
await writeFile(file, withDiagram(await readFile(file, 'utf8'), layersDiagram()));
console.log(`${relative(ROOT, file)} written`);
