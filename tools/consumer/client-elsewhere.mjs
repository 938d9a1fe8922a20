import { copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { run } from '../../scripts/child-process.mjs';

const LIMIT_MS = 60_000;
const PROGRAM = 'call-from-outside.mjs';

/**
 * Runs the client in a consumer's project against an emulator in this process.
 *
 * @param {string} directory the project
 * @param {(program: string, work: { run(command: string, args: readonly string[]): Promise<{ ok: boolean, output: string }> }) =>
 *   Promise<void>} use is given the program's path and what runs it
 */
export async function withPlatform(directory, use) {
  const entry = join(directory, 'node_modules', '@lp-functions', 'emulator', 'dist', 'index.js');
  const { startEmulator } = await import(pathToFileURL(entry).href);
  const emulator = await startEmulator();
  try {
    const doubles = emulator.functions.add({
      name: 'doubles',
      code: 'async function lambda(input) { return input.payload.n * 2; }',
    });
    const fails = emulator.functions.add({
      name: 'fails',
      code: 'async function lambda() { throw new Error("no"); }',
    });
    const { clientId, clientSecret } = emulator.apps.default;
    const env = {
      LPFN_ACCOUNT_ID: emulator.accountId,
      LPFN_CLIENT_ID: clientId,
      LPFN_CLIENT_SECRET: clientSecret,
      LPFN_DISCOVERY_URL: emulator.discoveryUrl,
    };
    await copyFile(join(import.meta.dirname, PROGRAM), join(directory, PROGRAM));
    await use(join(directory, PROGRAM), async (command, args) => {
      const options = { cwd: directory, env, capture: true, timeoutMs: LIMIT_MS };
      const { code, output } = await run(command, [...args, doubles.uuid, fails.uuid], options);
      return { ok: code === 0, output };
    });
  } finally {
    await emulator.close();
  }
}

/**
 * Bundles the program with everything that it imports, as one would for a cloud function, into a folder without node_modules.
 *
 * @param {string} program
 * @param {string} target the folder
 * @returns {Promise<string>} the bundle
 */
export async function bundle(program, target) {
  await mkdir(target, { recursive: true });
  const outfile = join(target, 'bundle.mjs');
  await build({
    entryPoints: [program],
    outfile,
    bundle: true,
    minify: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    // CommonJS parts of dependencies ask for Node's modules with require, which an ES module has to be given.
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
    logLevel: 'silent',
  });
  return outfile;
}
