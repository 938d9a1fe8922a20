import type { Contender, ContenderName } from './contender.ts';

/**
 * Makes one contender, and loads no other one's code.
 *
 * @param name - which one.
 * @param port - of the server.
 * @param checkout - where the contender `baseline` is built.
 */
export async function makeNamedContender(name: ContenderName, port: number, checkout = ''): Promise<Contender> {
  const makers: Readonly<Record<ContenderName, () => Promise<Contender>>> = {
    'lp-functions': async () => (await import('./lp-functions-contender.ts')).makeContender(port),
    'lp-functions-noop': async () => (await import('./noop-contender.ts')).makeContender(port),
    'lp-functions-sdk': async () => (await import('./sdk-contender.ts')).makeContender(port),
    baseline: async () => (await import('./baseline-contender.ts')).makeBaseline(port, checkout),
    undici: async () => (await import('./undici-contender.ts')).makeContender(port),
    got: async () => (await import('./got-contender.ts')).makeContender(port),
    official: async () => (await import('./official-contender.ts')).makeContender(port),
  };
  return makers[name]();
}
