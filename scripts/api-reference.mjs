import { join } from 'node:path';
import { Application, Converter, LogLevel } from 'typedoc';
import { ROOT, publishedPackages } from './workspace.mjs';

const TSCONFIG = join(ROOT, 'tools', 'site', 'tsconfig.json');

/**
 * Every entry of every published package, those that others stand on first: what a package exports again is described where it is made.
 *
 * @returns {{ name: string, file: string }[]} `name` as it is imported
 */
export function publicEntries() {
  const packages = publishedPackages().filter(({ manifest }) => manifest.exports !== undefined);
  const sorted = [];
  const visit = (entry) => {
    if (sorted.includes(entry)) return;
    const needed = Object.keys(entry.manifest.dependencies ?? {});
    for (const other of packages) if (needed.includes(other.manifest.name)) visit(other);
    sorted.push(entry);
  };
  for (const entry of packages) visit(entry);
  return sorted.flatMap(({ manifest, directory }) =>
    Object.entries(manifest.exports)
      .filter(([, target]) => typeof target === 'object')
      .map(([path, { source }]) => ({ name: join(manifest.name, path), file: join(directory, source) })),
  );
}

/**
 * Reads the docstrings of all exports.
 *
 * @param {readonly { name: string, file: string }[]} entries
 * @param {{ tsconfig?: string, out?: string }} [options] `out`: folder to write Markdown to, one page for each export
 * @returns {Promise<string[]>} one sentence for each fault: an export without description, a link to nothing
 */
export async function describeExports(entries, { tsconfig = TSCONFIG, out } = {}) {
  const app = await Application.bootstrapWithPlugins({
    plugin: ['typedoc-plugin-markdown'],
    entryPoints: entries.map(({ file }) => file),
    tsconfig,
    // What the type checker has to say, the step `typecheck` says.
    skipErrorChecking: true,
    readme: 'none',
    name: 'API reference',
    router: 'member',
    entryFileName: 'index',
    excludeScopesInPaths: true,
    excludeInternal: true,
    disableSources: true,
    githubPages: false,
    hideBreadcrumbs: true,
    useCodeBlocks: true,
    parametersFormat: 'table',
    interfacePropertiesFormat: 'table',
    typeAliasPropertiesFormat: 'table',
    sanitizeComments: true,
    validation: { notExported: false, invalidLink: true, notDocumented: true, rewrittenLink: true },
    logLevel: LogLevel.Warn,
  });
  const faults = [];
  app.logger.log = (message, level) => {
    if (level >= LogLevel.Warn) faults.push(message.replaceAll(`${ROOT}/`, ''));
  };
  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }) => {
    for (const [index, { name }] of entries.entries()) project.children[index].name = name;
  });
  app.converter.addUnknownSymbolResolver((reference, from) => memberOf(from.project, reference.symbolReference?.path));
  const project = await app.convert();
  if (project === undefined) return [...faults, 'TypeDoc could not read the sources'];
  app.validate(project);
  if (out !== undefined) await app.outputs.writeOutput({ name: 'markdown', path: out }, project);
  return faults;
}

/** What a docstring names without importing it, such as the class of an error: the export of that name, or a member of it. */
function memberOf(project, path = []) {
  const names = path.map((step) => step.path);
  for (const module of project.children ?? []) {
    const target = module.getChildByName(names);
    if (target !== undefined) return { target: target.getTargetReflectionDeep?.() ?? target, caption: names.join('.') };
  }
  return undefined;
}
