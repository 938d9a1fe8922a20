import { signal } from '@preact/signals';

/** The views of the console, in the order of the navigation, each with the key that leads there after `g`. */
export const VIEWS = [
  { name: 'overview', title: 'Overview', key: 'o' },
  { name: 'functions', title: 'Functions', key: 'f' },
  { name: 'traffic', title: 'Traffic', key: 't' },
  { name: 'apps', title: 'Apps', key: 'a' },
  { name: 'users', title: 'Users', key: 'u' },
  { name: 'tokens', title: 'Tokens', key: 'k' },
  { name: 'faults', title: 'Faults', key: 'x' },
  { name: 'clock', title: 'Clock', key: 'c' },
] as const;

/** Name of a view. */
export type ViewName = (typeof VIEWS)[number]['name'];

/** Where the page is: a view, and perhaps one thing in it. */
export interface Route {
  readonly view: ViewName;
  readonly item?: string | undefined;
}

/** Where the page is, kept in the address after the `#`, so that it can be reloaded and gone back to. */
export const route = signal<Route>(routeIn(location.hash));

addEventListener('hashchange', arrive);

/** The address of a view, or of one thing in it. */
export function hrefOf(view: ViewName, item?: string | number): string {
  return `#/${view}${item === undefined ? '' : `/${encodeURIComponent(item)}`}`;
}

/** Goes to a view, or to one thing in it. */
export function goTo(view: ViewName, item?: string | number): void {
  location.hash = hrefOf(view, item);
  // The event comes later, and the next key may be faster.
  arrive();
}

function arrive(): void {
  const { view, item } = routeIn(location.hash);
  if (view !== route.value.view || item !== route.value.item) route.value = { view, item };
}

function routeIn(hash: string): Route {
  const [, view = '', item] = /^#\/(\w+)(?:\/(.+))?$/.exec(hash) ?? [];
  const known = VIEWS.find(({ name }) => name === view);
  if (known === undefined) return { view: 'overview' };
  try {
    return { view: known.name, item: item === undefined ? undefined : decodeURIComponent(item) };
  } catch {
    return { view: known.name };
  }
}
