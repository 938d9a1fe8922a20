import { once } from 'node:events';
import { join } from 'node:path';
import { runServer } from 'verdaccio';
import { run } from '../../scripts/child-process.mjs';

/**
 * Starts an npm registry on loopback. It keeps what is published below `directory`; everything else comes from the registry that
 * npm on this machine is configured for.
 *
 * @param {string} directory
 * @returns {Promise<{ url: string, npmSettings: string, close(): Promise<void> }>} `npmSettings` is an .npmrc with which npm uses it
 */
export async function startLocalRegistry(directory) {
  const { code, stdout, output } = await run('npm', ['config', 'get', 'registry'], { capture: true });
  if (code !== 0) throw new Error(`npm does not tell its registry:\n${output}`);
  const app = await runServer({
    storage: join(directory, 'storage'),
    self_path: directory,
    configPath: join(directory, 'config.yaml'),
    uplinks: { upstream: { url: stdout.trim(), cache: true, max_fails: 20, timeout: '60s' } },
    packages: {
      '@lp-functions/*': { access: '$all', publish: '$all', unpublish: [] },
      '**': { access: '$all', publish: [], proxy: 'upstream' },
    },
    web: { enable: false },
    log: { type: 'stdout', format: 'pretty', level: 'fatal' },
    server: { keepAliveTimeout: 5 },
  });
  const server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const host = `127.0.0.1:${server.address().port}`;
  return {
    url: `http://${host}/`,
    // npm publishes only with a token, whether the registry asks for one or not.
    npmSettings: `registry=http://${host}/\n//${host}/:_authToken=anybody\n`,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
