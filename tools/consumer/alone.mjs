import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../../scripts/child-process.mjs';
import { createConsumer, entryPoints } from './consumer-project.mjs';

const LIMIT_MS = 60_000;
const OAUTH = ['@lp-functions/sentinel-oauth', 'oauth4webapi', 'jose'];
const HTTP = ['@lp-functions/http', 'got', 'undici'];
const ABOVE = ['@lp-functions/client', '@lp-functions/cli', '@lp-functions/emulator'];
const REDIS = ['redis', 'bullmq', '@lp-functions/redis-access'];

/** What must not come along with a package that somebody installs for its one job. */
const NOT_WITH = {
  errors: [...HTTP, ...OAUTH, ...ABOVE, ...REDIS],
  http: [...OAUTH, ...ABOVE, ...REDIS, '@lp-functions/faas-invoker'],
  'domain-discovery': [...OAUTH, ...ABOVE, ...REDIS, '@lp-functions/faas-invoker'],
  'faas-invoker': [...OAUTH, ...ABOVE, ...REDIS, '@lp-functions/domain-discovery'],
  'sentinel-oauth': [...ABOVE, ...REDIS, '@lp-functions/domain-discovery', '@lp-functions/faas-invoker'],
  client: [...REDIS, '@lp-functions/cli', '@lp-functions/emulator', '@opentelemetry/api'],
  emulator: [...HTTP, ...REDIS, '@lp-functions/errors', '@lp-functions/sentinel-oauth'],
  'redis-access': [...OAUTH, ...ABOVE, 'bullmq'],
  'token-store-redis': [...ABOVE, 'bullmq', '@lp-functions/faas-invoker'],
  'invocation-queue': [...OAUTH, ...ABOVE],
  cli: ['bullmq', '@opentelemetry/api'],
};

/**
 * Installs one package by itself, and imports it there.
 *
 * @param {readonly { name: string, file: string }[]} tarballs all of ours
 * @param {string} name
 * @returns {Promise<{ ok: boolean, output: string }>}
 */
export async function checkAlone(tarballs, name) {
  const refused = NOT_WITH[name.replace('@lp-functions/', '')];
  if (refused === undefined) return { ok: false, output: 'NOT_WITH in tools/consumer/alone.mjs does not know it' };
  const consumer = await createConsumer(tarballs, [name], { preferOffline: true });
  try {
    const brought = consumer.installed().map((one) => one.name);
    const wrong = refused.filter((one) => brought.includes(one));
    if (wrong.length > 0) return { ok: false, output: `${wrong.join(', ')} came along` };
    await copyFile(join(import.meta.dirname, 'entry-point.cjs'), join(consumer.directory, 'entry-point.cjs'));
    for (const specifier of entryPoints(consumer.manifestOf(name))) {
      // A helper for vitest needs vitest, which whoever uses it has.
      if (specifier.endsWith('/vitest')) continue;
      const { code, output } = await run(process.execPath, ['entry-point.cjs', specifier], {
        cwd: consumer.directory,
        capture: true,
        timeoutMs: LIMIT_MS,
      });
      if (code !== 0) return { ok: false, output };
    }
    return { ok: true, output: '' };
  } finally {
    await consumer.remove();
  }
}
