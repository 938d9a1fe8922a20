import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import ts from 'typescript';

const PACKAGE = new URL('..', import.meta.url).pathname;

/** The emulator as plain JavaScript, for tests that need it in a process of its own: Node 20 reads no TypeScript. */
export interface CompiledEmulator {
  readonly directory: string;
  /** Starts a script that imports `./dist/index.js`, with lines of its standard output to be read one by one. */
  start(script: string, ...parameters: readonly string[]): ScriptProcess;
  remove(): void;
}

export interface ScriptProcess {
  readonly process: ChildProcess;
  /** Resolves to the next line, or to nothing when it has ended. */
  line(): Promise<string | undefined>;
  readonly ended: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
}

export function compileEmulator(): CompiledEmulator {
  const directory = mkdtempSync(join(tmpdir(), 'lpfn-test-compiled-'));
  writeFileSync(join(directory, 'package.json'), '{"type":"module"}');
  symlinkSync(join(PACKAGE, 'runtime'), join(directory, 'runtime'));
  symlinkSync(join(PACKAGE, 'node_modules'), join(directory, 'node_modules'));
  const compilerOptions = {
    module: ts.ModuleKind.ESNext,
    target: ts.ScriptTarget.ES2023,
    rewriteRelativeImportExtensions: true,
    verbatimModuleSyntax: true,
  };
  for (const name of readdirSync(join(PACKAGE, 'src'), { recursive: true, encoding: 'utf8' })) {
    if (!name.endsWith('.ts')) continue;
    const source = readFileSync(join(PACKAGE, 'src', name), 'utf8');
    const target = join(directory, 'dist', name.replace(/\.ts$/, '.js'));
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, ts.transpileModule(source, { compilerOptions, fileName: name }).outputText);
  }
  let scripts = 0;
  return {
    directory,
    start: (script, ...parameters) => {
      scripts += 1;
      const file = join(directory, `script-${String(scripts)}.js`);
      writeFileSync(file, script);
      const started = spawn(process.execPath, [file, ...parameters], { stdio: ['pipe', 'pipe', 'inherit'] });
      const lines = createInterface({ input: started.stdout })[Symbol.asyncIterator]();
      const ended = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) => {
        started.once('exit', (code, signal) => {
          resolve({ code, signal });
        });
      });
      return {
        process: started,
        ended,
        line: async () => {
          const { value, done } = await lines.next();
          return done === true ? undefined : value;
        },
      };
    },
    remove: () => {
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    // A killed process that nobody has waited for is still listed.
    return process.platform !== 'linux' || !readFileSync(`/proc/${String(pid)}/stat`, 'utf8').includes(') Z ');
  } catch {
    return false;
  }
}
