import { createHash } from 'node:crypto';
import { guideFolders } from './guide.mjs';
import { needSettings, noSecretInAddress } from './sandbox-scripts.mjs';
import { scriptLines } from './script-text.mjs';

const SCHEMA = 'https://schema.getpostman.com/json/collection/v2.1.0/collection.json';

/**
 * The guide as a Postman collection, format 2.1.
 *
 * @param {'v1' | 'v2'} generation
 */
export function postmanCollection(generation) {
  const name = `LivePerson Functions ${generation.toUpperCase()}: calling from outside`;
  return {
    info: {
      _postman_id: stableId(name),
      name,
      description: `The whole way from an account to a result, for generation ${generation.toUpperCase()}. Unofficial. Folder after folder, or run as a whole; what to fill in is in README.md beside this file.`,
      schema: SCHEMA,
    },
    item: guideFolders(generation).map((folder) => ({
      name: folder.name,
      description: folder.shows,
      ...(folder.auth === undefined ? {} : { auth: folder.auth }),
      ...events(folder, generation),
      item: folder.requests.map((request) => postmanRequest(request, generation)),
    })),
    ...events({ before: needSettings, after: noSecretInAddress }, generation),
  };
}

function postmanRequest(step, generation) {
  const headers = {
    Accept: 'application/json',
    ...(step.json === undefined ? {} : { 'Content-Type': 'application/json' }),
    ...step.headers,
  };
  return {
    name: step.name,
    ...(step.followRedirects === false ? { protocolProfileBehavior: { followRedirects: false } } : {}),
    ...events(step, generation),
    request: {
      method: step.method,
      header: Object.entries(headers).map(([key, value]) => ({ key, value })),
      ...(step.auth === undefined ? {} : { auth: step.auth }),
      ...body(step),
      url: postmanUrl(step.url),
      description: step.shows,
    },
    response: [],
  };
}

function body({ form, json }) {
  if (form !== undefined) {
    const urlencoded = Object.entries(form).map(([key, value]) => ({ key, value }));
    return { body: { mode: 'urlencoded', urlencoded } };
  }
  if (json !== undefined) return { body: { mode: 'raw', raw: json, options: { raw: { language: 'json' } } } };
  return {};
}

/** An address in the parts that Postman shows. */
function postmanUrl(raw) {
  const [address, search] = raw.split('?');
  const [, host, path] = /^(\{\{\w+\}\})(?:\/(.*))?$/.exec(address);
  return {
    raw,
    host: [host],
    ...(path === undefined ? {} : { path: path.split('/') }),
    ...(search === undefined
      ? {}
      : {
          query: search.split('&').map((pair) => {
            const [key, value] = pair.split('=');
            return { key, value };
          }),
        }),
  };
}

function events({ before, after }, generation) {
  const event = Object.entries({ prerequest: before, test: after })
    .filter(([, script]) => script !== undefined)
    .map(([listen, script]) => ({
      listen,
      script: { type: 'text/javascript', exec: scriptLines(script, generation) },
    }));
  return event.length === 0 ? {} : { event };
}

/** An id that stays the same, so that importing a newer collection offers to replace the older one. */
function stableId(name) {
  const hex = createHash('sha256').update(name).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
