import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import ts from 'typescript';

/** A folder in which `@lp-functions/client` is installed, to run in it what the console gives people to paste. */
export interface ClientFolder {
  /** Writes a module and runs it with Node, without anything in between. */
  run(code: string, environment?: Readonly<Record<string, string>>): Promise<Finished>;
  /** What strict TypeScript has to say about the same. */
  mistakesIn(code: string): readonly string[];
  remove(): void;
}

export interface Finished {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

const CLIENT = fileURLToPath(new URL('../../client/src/index.ts', import.meta.url));
const NODE_TYPES = fileURLToPath(new URL('../../../node_modules/@types', import.meta.url));
const LONGEST_RUN_MS = 15_000;

/** Installs the client of this repository. It is not imported: the emulator knows nothing of its callers. */
export async function createClientFolder(): Promise<ClientFolder> {
  const directory = realpathSync(mkdtempSync(join(tmpdir(), 'lpfn-test-client-')));
  const installed = join(directory, 'node_modules', '@lp-functions', 'client');
  mkdirSync(installed, { recursive: true });
  writeFileSync(join(directory, 'package.json'), '{"type":"module"}');
  writeFileSync(
    join(installed, 'package.json'),
    '{"name":"@lp-functions/client","type":"module","exports":"./index.js"}',
  );
  await build({
    entryPoints: [CLIENT],
    outfile: join(installed, 'index.js'),
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    conditions: ['source'],
    logLevel: 'error',
    // Some of what is bundled is CommonJS.
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
  });
  let files = 0;
  return {
    run: (code, environment = {}) => {
      const file = join(directory, `pasted-${String((files += 1))}.mjs`);
      writeFileSync(file, code);
      return finished(process.execPath, [file], environment);
    },
    mistakesIn: (code) => {
      const file = join(directory, 'pasted.ts');
      writeFileSync(file, code);
      const program = ts.createProgram([file], {
        strict: true,
        noUncheckedIndexedAccess: true,
        exactOptionalPropertyTypes: true,
        module: ts.ModuleKind.NodeNext,
        target: ts.ScriptTarget.ES2023,
        moduleDetection: ts.ModuleDetectionKind.Force,
        customConditions: ['source'],
        paths: { '@lp-functions/client': [CLIENT] },
        allowImportingTsExtensions: true,
        skipLibCheck: true,
        noEmit: true,
        typeRoots: [NODE_TYPES],
        types: ['node'],
      });
      const source = program.getSourceFile(file);
      return [...program.getOptionsDiagnostics(), ...ts.getPreEmitDiagnostics(program, source)].map(({ messageText }) =>
        ts.flattenDiagnosticMessageText(messageText, '\n'),
      );
    },
    remove: () => {
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** Runs a program that ends by itself. */
export function finished(
  program: string,
  parameters: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<Finished> {
  const { PATH = '' } = process.env;
  return new Promise((resolve) => {
    execFile(
      program,
      parameters,
      { env: { PATH, ...environment }, timeout: LONGEST_RUN_MS },
      (error, stdout, stderr) => {
        resolve({ code: error === null ? 0 : Number(error.code ?? 1), stdout, stderr });
      },
    );
  });
}
