import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from './child-process.mjs';
import { publishedPackages, readJson, ROOT } from './workspace.mjs';

/**
 * Packs every published package as the registry would get it, into a new temporary folder. The packages must have been built.
 * pnpm does it, because only pnpm applies `publishConfig.exports` and writes `workspace:^` as a range.
 *
 * @returns {Promise<{ tarballs: { name: string, folder: string, file: string }[], remove(): Promise<void> }>}
 */
export async function packPackages() {
  const destination = await mkdtemp(join(tmpdir(), 'lp-functions-packed-'));
  const tarballs = [];
  for (const { manifest, folder, directory } of publishedPackages()) {
    const target = await mkdtemp(join(destination, 'package-'));
    const { code, output } = await pnpm(['pack', '--pack-destination', target], directory);
    if (code !== 0) throw new Error(`${manifest.name} cannot be packed:\n${output}`);
    const [file] = await readdir(target);
    tarballs.push({ name: manifest.name, folder, file: join(target, file) });
  }
  return { tarballs, remove: () => rm(destination, { recursive: true, force: true }) };
}

/** pnpm as it was started, or the version that package.json names. */
function pnpm(args, cwd) {
  const running = process.env.npm_execpath;
  if (running?.includes('pnpm')) return run(process.execPath, [running, ...args], { cwd, capture: true });
  const { packageManager } = readJson(join(ROOT, 'package.json'));
  return run('npx', ['-y', packageManager, ...args], { cwd, capture: true });
}
