// Writes the picture in docs/architecture.md from the packages' own dependencies.
//
//   --check   writes nothing, and fails if the picture is not what the packages say
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeGeneratedFiles } from './generated-files.mjs';
import { layersDiagram, withDiagram } from './layers-diagram.mjs';
import { ROOT } from './workspace.mjs';

const file = join(ROOT, 'docs', 'architecture.md');
await writeGeneratedFiles({ [file]: withDiagram(readFileSync(file, 'utf8'), layersDiagram()) });
