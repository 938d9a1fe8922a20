/**
 * Import hooks of a function that is an ES module: they hand Node the function's text with the extra statement, and find the
 * toolbelt. Written without `async`, because the same two functions serve as hooks of a thread and as hooks in the thread itself.
 */
import { pathToFileURL } from 'node:url';
import { createToolbelt } from './toolbelt.mjs';

/** @type {{ entryUrl: string, source: string }} */
let entry = { entryUrl: '', source: '' };
let toolbelt = createToolbelt(undefined);

/** @param {{ entryUrl: string, source: string, toolbeltDirectory?: string | undefined }} data */
export function initialize(data) {
  entry = data;
  toolbelt = createToolbelt(data.toolbeltDirectory);
}

/**
 * @param {string} specifier
 * @param {object} context
 * @param {(specifier: string, context: object) => unknown} next
 */
export function resolve(specifier, context, next) {
  const found = toolbelt.find(specifier);
  if (found !== undefined) return { url: pathToFileURL(found).href, shortCircuit: true };
  /** @param {unknown} error */
  const fallback = (error) => {
    const shipped = toolbelt.findDependency(specifier);
    if (shipped === undefined) throw error;
    return { url: pathToFileURL(shipped).href, shortCircuit: true };
  };
  try {
    const resolved = next(specifier, context);
    return resolved instanceof Promise ? resolved.catch(fallback) : resolved;
  } catch (error) {
    return fallback(error);
  }
}

/**
 * @param {string} url
 * @param {object} context
 * @param {(url: string, context: object) => unknown} next
 */
export function load(url, context, next) {
  if (url === entry.entryUrl) return { format: 'module', source: entry.source, shortCircuit: true };
  return next(url, context);
}
