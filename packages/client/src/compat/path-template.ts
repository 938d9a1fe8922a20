import { ConfigurationError } from '@lp-functions/errors';
import type { OptionRule } from '@lp-functions/http';

/** A path in which ids stand as `%s`, as the official client's options spell it. */
const TEMPLATE = /^\/?(?:[\w.~%-]+\/)*[\w.~%-]*$/;

/** A template with this many places for ids, and nothing that leads out of its path. */
export function templateRule(places: number): OptionRule {
  return (value) => {
    if (value === undefined) return undefined;
    const valid =
      typeof value === 'string' &&
      TEMPLATE.test(value) &&
      value.split('%s').length === places + 1 &&
      !value.split('/').some((segment) => segment === '.' || segment === '..');
    return valid ? undefined : `must be a path with ${String(places)} times %s, such as api/account/%s/lambdas`;
  };
}

/**
 * Puts ids into a template, each as one segment whatever is in it.
 *
 * @param template - checked by {@link templateRule}.
 * @param ids - by the name that an error calls them.
 * @throws {@link ConfigurationError} INVALID_OPTION for an id that cannot be a segment.
 */
export function fillTemplate(template: string, ids: Readonly<Record<string, unknown>>): string {
  const segments = Object.entries(ids).map(([name, id]) => segmentOf(name, id));
  const path = template.replace(/%s/g, () => segments.shift() ?? '');
  return path.startsWith('/') ? path : `/${path}`;
}

function segmentOf(name: string, id: unknown): string {
  // `.` and `..` are no ids to a URL, however they are encoded.
  if (typeof id !== 'string' || id === '' || id === '.' || id === '..' || /\p{Surrogate}/u.test(id)) {
    throw new ConfigurationError(`${name} must be an id: a text that is not empty`, {
      code: 'INVALID_OPTION',
      option: name,
      hint: 'Nothing was sent.',
    });
  }
  return encodeURIComponent(id);
}
