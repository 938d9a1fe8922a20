/**
 * Finds the top-level `lambda` of a function file without an export and without touching the file.
 *
 * The text is compiled in memory with one more statement at its end, so line numbers stay true. A file that parses as a script
 * is run as CommonJS; one that does not, because of `import`, `export` or top-level `await`, is run as an ES module.
 */
import module, { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { pathToFileURL } from 'node:url';
import vm from 'node:vm';
import { patchRequire, createToolbelt } from './toolbelt.mjs';

/** @typedef {import('./instance.mjs').Lambda} Lambda */

const MODULE_SYNTAX = /import statement|Unexpected token 'export'|import\.meta|await is only valid/;
const SCRIPT_SUFFIX = '\n;__lpfnCapture(typeof lambda === "undefined" ? undefined : lambda);';
const MODULE_SUFFIX = '\n;export const __lpfnLambda = typeof lambda === "undefined" ? undefined : lambda;';

/**
 * @param {{ entryPath: string, source: string, toolbeltDirectory?: string | undefined, evaluating: () => void }} options `evaluating` is called right before the first statement of the function's file
 * @returns {Promise<Lambda>}
 */
export async function loadFunction({ entryPath, source, toolbeltDirectory, evaluating }) {
  const toolbelt = createToolbelt(toolbeltDirectory);
  patchRequire(toolbelt);
  const require = createRequire(entryPath);
  const script = compileScript(source, entryPath);
  if (script === undefined || /\bimport\s*\(/.test(source)) await hookImports({ entryPath, source, toolbeltDirectory });
  evaluating();
  const lambda = script === undefined ? await runModule(entryPath, require) : runScript(script, entryPath, require);
  if (typeof lambda !== 'function') {
    throw new Error('index.js declares no top-level function named "lambda".');
  }
  return /** @type {Lambda} */ (lambda);
}

/** @param {string} source @param {string} entryPath @returns {Function | undefined} undefined if it is an ES module */
function compileScript(source, entryPath) {
  const text = source.startsWith('#!') ? `//${source}` : source;
  try {
    return vm.compileFunction(
      `${text}${SCRIPT_SUFFIX}`,
      ['exports', 'require', 'module', '__filename', '__dirname', '__lpfnCapture'],
      { filename: entryPath, importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER },
    );
  } catch (error) {
    if (error instanceof SyntaxError && MODULE_SYNTAX.test(error.message)) return undefined;
    throw error;
  }
}

/** @param {Function} script @param {string} entryPath @param {NodeJS.Require} require @returns {unknown} */
function runScript(script, entryPath, require) {
  /** @type {unknown} */
  let captured;
  const own = { exports: /** @type {Record<string, unknown>} */ ({}), id: entryPath, filename: entryPath, require };
  script.call(
    own.exports,
    own.exports,
    require,
    own,
    entryPath,
    dirname(entryPath),
    (/** @type {unknown} */ lambda) => {
      captured = lambda;
    },
  );
  return captured ?? /** @type {{ lambda?: unknown } | null} */ (own.exports)?.lambda;
}

/** @param {string} entryPath @param {NodeJS.Require} require @returns {Promise<unknown>} */
async function runModule(entryPath, require) {
  // Some files of the field use both spellings; a module has no `require` of its own.
  Object.defineProperty(globalThis, 'require', { value: require, configurable: true, writable: true });
  const namespace = /** @type {Record<string, unknown>} */ (await import(pathToFileURL(entryPath).href));
  return namespace['__lpfnLambda'] ?? namespace['lambda'];
}

/**
 * Node 20 runs import hooks on a thread of their own, later versions in this one.
 * @param {{ entryPath: string, source: string, toolbeltDirectory?: string | undefined }} data
 */
async function hookImports({ entryPath, source, toolbeltDirectory }) {
  const data = { entryUrl: pathToFileURL(entryPath).href, source: `${source}${MODULE_SUFFIX}`, toolbeltDirectory };
  const inThread = /** @type {{ registerHooks?: (hooks: object) => void }} */ (/** @type {unknown} */ (module))
    .registerHooks;
  if (inThread === undefined) {
    module.register(new URL('./import-hooks.mjs', import.meta.url).href, { data });
    return;
  }
  const hooks = await import('./import-hooks.mjs');
  hooks.initialize(data);
  inThread({ resolve: hooks.resolve, load: hooks.load });
}
