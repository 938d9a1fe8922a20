/**
 * One function instance: a process that holds one function and runs one request at a time.
 *
 * It is plain JavaScript because it is started by file name, from the source tree as well as from the installed package.
 * The emulator speaks to it over Node's IPC channel: `load`, then `invoke`; it answers `result` or `failed`. It sends `evaluating`
 * when the function's own code begins to run, from where its time counts, and `log` as lines are written, so that what a
 * function logged before it was killed is not lost.
 */
import { readFileSync } from 'node:fs';
import { inspect } from 'node:util';
import { loadFunction } from './load-function.mjs';

/**
 * @typedef {{ entries?: number, characters?: number }} LogLimit
 * @typedef {{ type: 'load', entryPath: string, toolbeltDirectory?: string, directory: string, environment: Record<string, string>, logLimit: LogLimit }} LoadMessage
 * @typedef {{ type: 'invoke', id: number, bodyText: string }} InvokeMessage
 * @typedef {(input: { headers: unknown, payload: unknown }, callback: (error?: unknown, result?: unknown) => void) => unknown} Lambda
 */

/** Entries kept of one invocation when the platform sets no limit; what comes after is dropped. */
const CAPTURED_ENTRIES = 1_000;
/** Characters kept of one entry. */
const CAPTURED_CHARACTERS = 20_000;

// The function must not be able to speak to the emulator in our name.
const sendToEmulator = /** @type {NonNullable<typeof process.send>} */ (process.send).bind(process);
Reflect.deleteProperty(process, 'send');
const exit = process.exit.bind(process);
const stringify = JSON.stringify;

/** @type {Promise<Lambda> | undefined} */
let loading;
/** @type {number | undefined} */
let current;
/** @type {LogLimit} */
let logLimit = {};
let crashed = false;
let logEntries = 0;
let logCharacters = 0;

process.once('disconnect', () => exit(0));

process.on('message', (/** @type {LoadMessage | InvokeMessage} */ message) => {
  if (message.type === 'load') load(message);
  else void invoke(message);
});

process.on('uncaughtException', (error) => {
  crashed = true;
  fail('crashed', `The function raised an error outside its own call: ${describe(error)}`, false);
});

/** @param {LoadMessage} message */
function load(message) {
  logLimit = message.logLimit;
  process.chdir(message.directory);
  Object.assign(process.env, message.environment);
  captureConsole();
  loading = loadFunction({
    entryPath: message.entryPath,
    source: readFileSync(message.entryPath, 'utf8'),
    toolbeltDirectory: message.toolbeltDirectory,
    evaluating: () => sendToEmulator({ type: 'evaluating' }),
  });
  // Answered when the first invocation awaits it.
  loading.catch(() => undefined);
}

/** @param {InvokeMessage} message */
async function invoke({ id, bodyText }) {
  if (crashed) return;
  current = id;
  logEntries = 0;
  logCharacters = 0;
  /** @type {Lambda} */
  let lambda;
  try {
    lambda = await /** @type {Promise<Lambda>} */ (loading);
  } catch (error) {
    fail('not-loaded', `The function cannot be loaded: ${describe(error)}`, false);
    return;
  }
  const { headers = [], payload } = JSON.parse(bodyText);
  callLambda(lambda, { headers, payload }, id);
}

/**
 * V1 functions answer through a callback, V2 functions with a promise. A function with two parameters that returns nothing is
 * waiting for its callback.
 * @param {Lambda} lambda
 * @param {{ headers: unknown, payload: unknown }} input
 * @param {number} id
 */
function callLambda(lambda, input, id) {
  const takesCallback = lambda.length >= 2;
  /** @param {unknown} value */
  const fulfil = (value) => {
    if (takesCallback && value === undefined) return;
    succeed(id, value);
  };
  /** @param {unknown} error */
  const reject = (error) => {
    if (id === current) fail(isRuntimeError(error) ? 'crashed' : 'threw', messageOf(error));
  };
  /** @param {unknown} [error] @param {unknown} [result] */
  const callback = (error, result) => {
    if (error !== undefined && error !== null) reject(error);
    else succeed(id, result);
  };
  try {
    const returned = lambda(input, callback);
    if (isThenable(returned)) returned.then(fulfil, reject);
    else fulfil(returned);
  } catch (error) {
    reject(error);
  }
}

/** @param {number} id @param {unknown} value */
function succeed(id, value) {
  if (id !== current) return;
  let body;
  try {
    body = stringify(value);
  } catch (error) {
    fail('crashed', `The function's result cannot be written as JSON: ${firstLine(messageOf(error))}`);
    return;
  }
  current = undefined;
  sendToEmulator({ type: 'result', id, body });
}

/**
 * @param {'threw' | 'crashed' | 'not-loaded' | 'log-limit'} kind
 * @param {string} message
 * @param {boolean} [reusable] whether this process may take another request; if not, the emulator kills it
 */
function fail(kind, message, reusable = true) {
  const id = current;
  current = undefined;
  sendToEmulator({ type: 'failed', id, kind, message, reusable });
}

/** LivePerson's own runner treats exactly these as a crash, and every other error as thrown on purpose. @param {unknown} error */
function isRuntimeError(error) {
  return (
    error instanceof Error &&
    (error.constructor === TypeError || error.constructor === SyntaxError || error.constructor === ReferenceError)
  );
}

/** @param {unknown} value @returns {value is PromiseLike<unknown>} */
function isThenable(value) {
  return (
    value !== null &&
    (typeof value === 'object' || typeof value === 'function') &&
    'then' in value &&
    typeof value.then === 'function'
  );
}

/** @param {unknown} error @returns {string} */
function messageOf(error) {
  if (typeof error === 'string') return error;
  if (error !== null && typeof error === 'object' && 'message' in error && typeof error.message === 'string') {
    return error.message;
  }
  return inspect(error, { depth: 4, breakLength: Infinity });
}

/** Kind, text and place of an error, never its stack. @param {unknown} error @returns {string} */
function describe(error) {
  if (!(error instanceof Error)) return firstLine(messageOf(error));
  const place = error.name === 'SyntaxError' ? /index\.js:(\d+)/.exec(error.stack ?? '') : null;
  return `${error.name}: ${firstLine(error.message)}${place === null ? '' : ` (index.js:${String(place[1])})`}`;
}

/** @param {string} text @returns {string} */
function firstLine(text) {
  return /** @type {string} */ (text.split('\n', 1)[0]);
}

function captureConsole() {
  const levels = {
    debug: 'Debug',
    log: 'Info',
    info: 'Info',
    warn: 'Warn',
    error: 'Error',
    trace: 'Error',
    dir: 'Info',
  };
  for (const [method, level] of Object.entries(levels)) {
    Object.defineProperty(console, method, {
      configurable: true,
      writable: true,
      value: (/** @type {unknown[]} */ ...values) => record(level, values),
    });
  }
}

/** @param {string} level @param {unknown[]} values */
function record(level, [message, ...extras]) {
  const text = clip(typeof message === 'string' ? message : inspect(message, { depth: 4 }));
  const safeExtras = extras.map(jsonSafe);
  logEntries += 1;
  logCharacters += text.length + (safeExtras.length === 0 ? 0 : stringify(safeExtras).length);
  const tooMany = logLimit.entries !== undefined && logEntries > logLimit.entries;
  const tooLong = logLimit.characters !== undefined && logCharacters > logLimit.characters;
  if (tooMany || tooLong) {
    if (current !== undefined) {
      const limit = tooMany
        ? `${String(logLimit.entries)} log entries`
        : `${String(logLimit.characters)} characters of logs`;
      fail('log-limit', `The function wrote more than ${limit} in one invocation.`, false);
    }
    return;
  }
  if (logEntries > CAPTURED_ENTRIES) return;
  sendToEmulator({ type: 'log', id: current, level, message: text, extras: safeExtras, timestamp: Date.now() });
}

/** @param {unknown} value @returns {unknown} */
function jsonSafe(value) {
  if (value instanceof Error) return clip(`${value.name}: ${value.message}`);
  try {
    const text = stringify(value);
    if (text !== undefined && text.length <= CAPTURED_CHARACTERS) return JSON.parse(text);
  } catch {
    // Circular, BigInt or a throwing getter: shown the way the console would show it.
  }
  return clip(inspect(value, { depth: 4 }));
}

/** @param {string} text @returns {string} */
function clip(text) {
  return text.length > CAPTURED_CHARACTERS ? `${text.slice(0, CAPTURED_CHARACTERS)}…` : text;
}
