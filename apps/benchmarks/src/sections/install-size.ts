import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { counted, goal } from '../report/goal.ts';
import type { Section } from '../report/section.ts';

/** What `npm install` leaves behind. */
interface Installed {
  readonly packages: number;
  readonly kilobytes: number;
}

/** Architecture, section 4. */
const MOST_PACKAGES = 36;
const MOST_OF_OFFICIAL_SIZE = 1.15;
const LIMIT_MS = 180_000;
const run = promisify(execFile);

/**
 * Installs both clients from scratch, ours from packed files, and counts. Needs the registry.
 *
 * @param root - of the repository.
 */
export async function measureInstallSize(root: string): Promise<Section> {
  const folder = await mkdtemp(join(tmpdir(), 'lp-functions-install-'));
  try {
    const tarballs = await packWorkspace(root, folder);
    const own = '@lp-functions/client';
    const ours = await install(join(folder, 'ours'), {
      dependencies: { [own]: tarballs[own] },
      // A sibling is the tarball too, whatever version the client asks for.
      overrides: Object.fromEntries(Object.entries(tarballs).filter(([name]) => name !== own)),
    });
    const official = await install(join(folder, 'official'), {
      dependencies: { 'liveperson-functions-client': '2.2.0' },
    });
    return {
      title: 'npm install into an empty folder',
      unit: '',
      columns: ['packages', 'kB apparent size'],
      decimals: 0,
      rows: [
        { name: '@lp-functions/client', values: [counted(ours.packages), counted(ours.kilobytes)] },
        {
          name: 'liveperson-functions-client 2.2.0',
          values: [counted(official.packages), counted(official.kilobytes)],
        },
      ],
      goals: [
        goal('packages of ours', counted(ours.packages), MOST_PACKAGES),
        goal('size, ours / official', counted(ours.kilobytes / official.kilobytes), MOST_OF_OFFICIAL_SIZE),
      ],
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Packs every package as it would be published, below `folder`. @returns file URLs by package name */
async function packWorkspace(root: string, folder: string): Promise<Readonly<Record<string, string>>> {
  const packer = pathToFileURL(join(root, 'scripts', 'pack-packages.mjs')).href;
  const script = `import { packPackages } from ${JSON.stringify(packer)};
    process.stdout.write('\\n' + JSON.stringify((await packPackages()).tarballs));`;
  const { stdout } = await run(process.execPath, ['--input-type=module', '-e', script], {
    env: { ...process.env, TMPDIR: folder },
    timeout: LIMIT_MS,
  });
  const tarballs = JSON.parse(stdout.slice(stdout.lastIndexOf('\n'))) as readonly Readonly<
    Record<'name' | 'file', string>
  >[];
  return Object.fromEntries(tarballs.map(({ name, file }) => [name, pathToFileURL(file).href]));
}

async function install(folder: string, manifest: object): Promise<Installed> {
  await mkdir(folder);
  await writeFile(join(folder, 'package.json'), JSON.stringify({ name: 'consumer', private: true, ...manifest }));
  const options = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  await run('npm', ['install', ...options], { cwd: folder, timeout: LIMIT_MS });
  const lock = await readFile(join(folder, 'node_modules', '.package-lock.json'), 'utf8');
  const { packages } = JSON.parse(lock) as { readonly packages: Readonly<Record<string, unknown>> };
  return { packages: Object.keys(packages).length, kilobytes: await kilobytesIn(join(folder, 'node_modules')) };
}

async function kilobytesIn(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  const sizes = await Promise.all(files.map(async (file) => (await stat(join(file.parentPath, file.name))).size));
  return sizes.reduce((sum, size) => sum + size, 0) / 1000;
}
