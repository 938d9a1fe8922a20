import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Contender } from './contender.ts';
import { type ClientBuild, contenderOf, makeClient } from './lp-functions-contender.ts';

/**
 * Another build of our client.
 *
 * @param port - of the server.
 * @param directory - a checkout of this repository in which everything is built.
 */
export async function makeBaseline(port: number, directory: string): Promise<Contender> {
  const entry = pathToFileURL(join(directory, 'packages', 'client', 'dist', 'index.js')).href;
  return contenderOf(makeClient(port, (await import(entry)) as ClientBuild));
}
