import { ROOT, workspacePackages } from './workspace.mjs';

const BEGIN = '<!-- Written by scripts/generate-layers-diagram.mjs from the dependencies in package.json. -->';
const END = '<!-- End of what is written. -->';
const SCOPE = '@lp-functions/';

/**
 * Who stands on whom in the workspace, without the arrows that follow from others.
 *
 * @param {readonly { group: string, manifest: any }[]} [packages]
 * @returns {string} a Mermaid flowchart
 */
export function layersDiagram(packages = workspacePackages(ROOT)) {
  const needs = new Map(
    packages.map(({ manifest }) => [
      shortName(manifest),
      Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies })
        .filter((name) => name.startsWith(SCOPE))
        .map((name) => name.slice(SCOPE.length))
        .sort(),
    ]),
  );
  const reaches = (from, to) => (needs.get(from) ?? []).some((next) => next === to || reaches(next, to));
  const arrows = [...needs].flatMap(([from, direct]) =>
    direct
      .filter((to) => !direct.some((other) => other !== to && reaches(other, to)))
      .map((to) => `  ${from} --> ${to}`),
  );
  const nodes = packages.map(({ group, manifest }) => {
    const name = shortName(manifest);
    return group === 'apps' ? `  ${name}([${name}])` : `  ${name}[${name}]`;
  });
  return ['flowchart TD', ...nodes.sort(), ...arrows.sort()].join('\n');
}

function shortName({ name }) {
  return name.slice(SCOPE.length);
}

/**
 * A document with the diagram in its place.
 *
 * @param {string} markdown
 * @param {string} diagram
 */
export function withDiagram(markdown, diagram) {
  const from = markdown.indexOf(BEGIN);
  const to = markdown.indexOf(END);
  if (from < 0 || to < from) throw new Error('The document has no place for the diagram.');
  return `${markdown.slice(0, from)}${BEGIN}\n\n\`\`\`mermaid\n${diagram}\n\`\`\`\n\n${markdown.slice(to)}`;
}
