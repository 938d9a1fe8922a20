import { readFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';

/** Where the numbers come from: without it they cannot be compared with others. */
export interface Surroundings {
  readonly node: string;
  readonly processor: string;
  readonly cores: number;
  /** Processes that wanted a core in the last minute, before the benchmark began. */
  readonly loadBefore: number;
  readonly undici: string;
  readonly got: string;
  readonly startedAt: string;
}

/** Describes this machine and the libraries that are measured. */
export function describeSurroundings(): Surroundings {
  const processors = cpus();
  return {
    node: process.version,
    processor: processors[0]?.model.trim() ?? 'unknown',
    cores: processors.length,
    loadBefore: loadavg()[0] ?? Number.NaN,
    undici: versionOf('undici'),
    got: versionOf('got'),
    startedAt: new Date().toISOString(),
  };
}

function versionOf(name: string): string {
  const manifest = readFileSync(new URL(`../node_modules/${name}/package.json`, import.meta.url), 'utf8');
  return (JSON.parse(manifest) as { readonly version: string }).version;
}
