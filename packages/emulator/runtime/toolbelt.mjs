/**
 * The toolbelts exist only inside the platform and in the `bin/` folder of a project made by LivePerson's CLI. A function that
 * imports one gets the project's own copy, and so do the packages the toolbelt ships for functions to use.
 */
import module, { createRequire } from 'node:module';
import { join } from 'node:path';

const TOOLBELTS = ['core-functions-toolbelt', 'lp-faas-toolbelt'];

/**
 * @typedef {object} Toolbelt
 * @property {(specifier: string) => string | undefined} find the file of a toolbelt import, undefined for any other import
 * @property {(specifier: string) => string | undefined} findDependency the file of a package that a toolbelt ships
 */

/** @param {string | undefined} directory @returns {Toolbelt} */
export function createToolbelt(directory) {
  /** @param {string} name @param {string} specifier */
  const resolveFrom = (name, specifier) => {
    if (directory === undefined) return undefined;
    try {
      return createRequire(join(directory, name, 'package.json')).resolve(specifier);
    } catch {
      return undefined;
    }
  };
  return {
    find(specifier) {
      const name = TOOLBELTS.find((known) => specifier === known || specifier.startsWith(`${known}/`));
      if (name === undefined) return undefined;
      const inside = specifier.slice(name.length + 1);
      const found =
        inside === ''
          ? resolveFrom(name, join(directory ?? '', name))
          : (resolveFrom(name, inside) ?? resolveFrom(name, join(directory ?? '', name, inside)));
      if (found === undefined) {
        throw new Error(
          `"${specifier}" exists only on the platform and in the bin folder of a project made by LivePerson's CLI; ` +
            (directory === undefined ? 'this function has no such folder.' : `it was not found in ${directory}.`),
        );
      }
      return found;
    },
    findDependency(specifier) {
      if (/^[./]|^node:|^file:/.test(specifier)) return undefined;
      return TOOLBELTS.map((name) => resolveFrom(name, specifier)).find((path) => path !== undefined);
    },
  };
}

/** Makes `require` find the toolbelt, in the function's file and in what it requires. @param {Toolbelt} toolbelt */
export function patchRequire(toolbelt) {
  const internals = /** @type {{ _resolveFilename: (request: string, ...rest: unknown[]) => string }} */ (
    /** @type {unknown} */ (module)
  );
  const original = internals._resolveFilename;
  let inside = false;
  internals._resolveFilename = function resolveFilename(request, ...rest) {
    if (inside) return original.call(this, request, ...rest);
    inside = true;
    try {
      const found = toolbelt.find(request);
      if (found !== undefined) return found;
      try {
        return original.call(this, request, ...rest);
      } catch (error) {
        const shipped = toolbelt.findDependency(request);
        if (shipped === undefined) throw error;
        return shipped;
      }
    } finally {
      inside = false;
    }
  };
}
