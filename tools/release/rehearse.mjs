// A release from its notes to a newcomer's first result, on this machine: versions, builds, publishes to a registry on loopback,
// installs from there as the documents say, tags. Nothing outside a temporary folder is changed.
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../../scripts/child-process.mjs';
import { publishedPackages, readJson, ROOT } from '../../scripts/workspace.mjs';
import { goFirstSteps } from './first-steps.mjs';
import { startLocalRegistry } from './local-registry.mjs';
import { commitAll, copyProject, git } from './project-copy.mjs';

const LIMIT_MS = 300_000;
/** What a newcomer may be asked for. */
const MOST_COMMANDS = 5;
/** A step failed without which the next ones make no sense. */
class BrokenOff extends Error {}

const counts = { passed: 0, failed: 0 };
const pnpm = readJson(join(ROOT, 'package.json')).packageManager;

const directory = await mkdtemp(join(tmpdir(), 'lp-functions-release-'));
let registry;
try {
  const project = await copyProject(directory);
  registry = await startLocalRegistry(directory);
  const userconfig = join(directory, 'npmrc');
  await writeFile(userconfig, registry.npmSettings);
  const script = (name, args = []) => inProject(project, ['node', join('scripts', `${name}.mjs`), ...args], userconfig);
  const publish = () => script('release-publish', ['--registry', registry.url, '--without-provenance']);

  await need('installs what the project needs', () =>
    inProject(project, ['npx', '-y', pnpm, 'install', '--frozen-lockfile', '--prefer-offline']),
  );
  const before = versionsOf(project);
  const notes = await notesIn(project);
  if (notes.length > 0) {
    await check('publishing refuses notes that are in no version', async () => {
      const { ok, output } = await publish();
      return { ok: !ok && output.includes('is in no version yet'), output };
    });
  }
  await need('gives versions', () => inProject(project, ['npx', '-y', pnpm, 'run', 'release:version']));
  await check('every noted package has a higher version and says why', () => versioned(project, before, notes));
  await commitAll(project, 'A release');
  await need('builds', () =>
    inProject(project, [
      'npx',
      '-y',
      pnpm,
      'exec',
      'turbo',
      'run',
      'build',
      '--output-logs=errors-only',
      ...publishedPackages().map(({ manifest }) => `--filter=${manifest.name}`),
    ]),
  );
  await need('publishes every package', publish);
  await check('publishes nothing twice', async () => {
    const { ok, output } = await publish();
    return {
      ok: ok && !output.includes('published') && count(output, 'is there already') === publishedPackages().length,
      output,
    };
  });
  await check("a newcomer's first steps lead to a result", () => firstSteps(registry.url));
  await check('one tag for every version, at the origin', () => tags(project, script));
} catch (error) {
  if (!(error instanceof BrokenOff)) throw error;
} finally {
  await registry?.close();
  await rm(directory, { recursive: true, force: true });
}
console.log(`${counts.passed} passed, ${counts.failed} failed`);
process.exitCode = counts.failed === 0 ? 0 : 1;

async function inProject(project, [command, ...args], userconfig) {
  const env = {
    ...(userconfig === undefined ? {} : { npm_config_userconfig: userconfig }),
    // Builds that this machine has made already need not be made again.
    TURBO_CACHE_DIR: join(ROOT, '.turbo', 'cache'),
  };
  const { code, output } = await run(command, args, { cwd: project, env, capture: true, timeoutMs: LIMIT_MS });
  return { ok: code === 0, output };
}

function versionsOf(project) {
  return new Map(publishedPackages(project).map(({ manifest }) => [manifest.name, manifest.version]));
}

async function notesIn(project) {
  const files = await readdir(join(project, '.changeset'));
  return files.filter((name) => name.endsWith('.md') && name !== 'README.md');
}

async function versioned(project, before, notes) {
  const left = await notesIn(project);
  const raised = publishedPackages(project).filter(({ manifest }) => manifest.version !== before.get(manifest.name));
  const silent = raised.filter(({ directory: own }) => !existsSync(join(own, 'CHANGELOG.md')));
  const ok = left.length === 0 && silent.length === 0 && (notes.length === 0 || raised.length > 0);
  return {
    ok,
    output: `left: ${left.join(', ')}; without a changelog: ${silent.map(({ manifest }) => manifest.name).join(', ')}`,
  };
}

/** In an empty folder, with an empty cache and home: whatever this machine has must not help. */
async function firstSteps(url) {
  const home = join(directory, 'home');
  const folder = join(directory, 'newcomer');
  await mkdir(home);
  await mkdir(folder);
  const env = {
    HOME: home,
    USERPROFILE: home,
    npm_config_registry: url,
    npm_config_cache: join(home, '.npm'),
    npm_config_userconfig: join(home, '.npmrc'),
  };
  const { ok, output, seconds } = await goFirstSteps(folder, (command, cwd) =>
    run('sh', ['-c', command], { cwd, env, capture: true, timeoutMs: LIMIT_MS }),
  );
  const total = seconds.reduce((sum, one) => sum + one, 0);
  console.log(
    `     ${seconds.length} commands, ${seconds.map((one) => one.toFixed(1)).join(' + ')} = ${total.toFixed(1)} s on this machine`,
  );
  return { ok: ok && seconds.length <= MOST_COMMANDS, output };
}

async function tags(project, script) {
  const { ok, output } = await script('release-tag');
  if (!ok) return { ok, output };
  const listed = (await git(['ls-remote', '--tags', 'origin'], project))
    .split('\n')
    .map((line) => line.split('refs/tags/')[1]);
  const missing = [...versionsOf(project)]
    .map(([name, version]) => `${name}@${version}`)
    .filter((tag) => !listed.includes(tag));
  return { ok: missing.length === 0, output: `missing: ${missing.join(', ')}` };
}

function count(text, part) {
  return text.split(part).length - 1;
}

/** A step without which the next ones make no sense. */
async function need(what, work) {
  await check(what, work);
  if (counts.failed > 0) throw new BrokenOff();
}

async function check(what, work) {
  const startedAtMs = performance.now();
  const { ok, output } = await work();
  counts[ok ? 'passed' : 'failed'] += 1;
  console.log(`${ok ? 'ok  ' : 'FAIL'} ${what} (${((performance.now() - startedAtMs) / 1_000).toFixed(1)} s)`);
  if (!ok) console.log(output.replaceAll(/^/gm, '       '));
}
