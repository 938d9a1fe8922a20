import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join, relative, sep } from 'node:path';

const TYPES = {
  '.css': 'text/css',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.json': 'application/json',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
};

/**
 * Shows a built site to this machine: the files that are in the folder now, by the addresses that their names make, and nothing else.
 *
 * @param {string} folder
 * @param {number} [port] a free one without it
 * @returns {Promise<{ origin: string, close(): void }>}
 */
export async function serveSite(folder, port = 0) {
  const files = new Map(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .map((file) => [encodeURI(`/${relative(folder, file).replaceAll(sep, '/')}`), file]),
  );
  const server = createServer((request, response) => {
    const path = request.url.replace(/[?#].*$/, '').replace(/\/$/, '/index.html');
    const file = files.get(path);
    if (file === undefined) response.writeHead(404).end('There is no such page.');
    else answer(file, response);
  });
  await new Promise((resolve, reject) => {
    server.once('error', reject).listen(port, '127.0.0.1', resolve);
  });
  return {
    origin: `http://127.0.0.1:${server.address().port}`,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

function answer(file, response) {
  readFile(file).then(
    (body) => response.writeHead(200, { 'content-type': TYPES[extname(file)] ?? 'application/octet-stream' }).end(body),
    () => response.writeHead(500).end('The page cannot be read.'),
  );
}
