// Everything that has to hold before a change is accepted, in one command. The last line is `N passed, N failed[, N skipped]`.
//
//   --soak       every test with its full counts (LPFN_TEST_SOAK=1)
//   --coverage   reports what the suites reach
//   --only A,B   these steps only
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { run } from './child-process.mjs';
import { forgetResults, readResults } from './vitest-results.mjs';
import { ROOT, workspacePackages } from './workspace.mjs';

const { values: options } = parseArgs({
  options: { soak: { type: 'boolean' }, coverage: { type: 'boolean' }, only: { type: 'string' } },
});
const env = options.soak ? { LPFN_TEST_SOAK: '1' } : {};
/** A suite that hangs would keep everybody from reading what the others have found. */
const TIME_LIMIT_MS = options.soak ? 6 * 60 * 60_000 : 40 * 60_000;
const inCi = ['1', 'true'].includes(process.env.CI ?? '');

/** In order, cheap and telling ones early. A step that needs the build fails at once when there is none. */
const STEPS = [
  // What cannot be installed is no failure here: the tests that need it are skipped, and counted as such.
  { name: 'system packages', work: () => commands([script('system-packages')]) },
  { name: 'build', work: () => commands([turbo('build')]) },
  { name: 'typecheck', work: () => commands([turbo('typecheck')]) },
  {
    name: 'lint',
    work: () =>
      commands([
        ['eslint', '.', '--max-warnings', '0'],
        ['prettier', '--check', '--log-level', 'warn', '.'],
        script('long-files'),
      ]),
  },
  { name: 'layers', work: () => commands([['turbo', 'boundaries'], script('check-layers')]) },
  { name: 'changesets', work: () => commands([script('check-changesets')]) },
  { name: 'lockfile', work: () => commands([script('check-lockfile')]) },
  {
    name: 'unused code',
    // The second run sees src alone: what only devDependencies provide is undeclared there, what only tests use is unused.
    work: () =>
      commands([['knip'], ['knip', '--production', '--strict', '--include', 'dependencies,unlisted,unresolved']]),
  },
  { name: 'packages', needsBuild: true, work: () => commands([script('check-packages')]) },
  { name: 'consumer', needsBuild: true, work: () => commands([['node', 'tools/consumer/run.mjs', '--alone']]) },
  { name: 'release', needsBuild: true, work: () => commands([['node', 'tools/release/rehearse.mjs']]) },
  { name: 'readme snippets', needsBuild: true, work: () => commands([script('check-readme-snippets')]) },
  { name: 'site', work: () => commands([script('site')]) },
  { name: 'gate tests', work: () => suites([{ name: 'gates', directory: ROOT }], ['vitest', 'run']) },
  {
    name: 'tests',
    work: () => suites(packagesWithTests(), turbo('test', ...(options.coverage ? ['--', '--coverage'] : []))),
  },
];

const wanted = options.only?.split(',').map((name) => name.trim());
const unknown = wanted?.filter((name) => !STEPS.some((step) => step.name === name)) ?? [];
if (unknown.length > 0) {
  console.error(`No such step: ${unknown.join(', ')}. There are: ${STEPS.map(({ name }) => name).join(', ')}`);
  process.exit(2);
}

const results = [];
for (const step of STEPS.filter(({ name }) => wanted?.includes(name) ?? true)) {
  console.log(`\n━━━ ${step.name} ━━━`);
  const started = performance.now();
  const broken = step.needsBuild === true && results.some(({ name, failed }) => name === 'build' && failed > 0);
  const counts = broken ? { passed: 0, failed: 1, skipped: 0, remarks: ['needs the build'] } : await step.work();
  results.push({ name: step.name, seconds: (performance.now() - started) / 1000, ...strict(counts) });
}
report();

/** Runs commands one after the other, all of them; together they count as one test. */
async function commands(list) {
  const remarks = [];
  for (const [command, ...args] of list) {
    const { code } = await run(command, args, { env, timeoutMs: TIME_LIMIT_MS });
    if (code !== 0) remarks.push(`${[command, ...args].join(' ')}: ${ending(code)}`);
  }
  return { passed: remarks.length === 0 ? 1 : 0, failed: remarks.length === 0 ? 0 : 1, skipped: 0, remarks };
}

/** Runs a command that runs vitest in each of the given folders, and counts the single tests. */
async function suites(packages, [command, ...args]) {
  for (const { directory } of packages) forgetResults(directory);
  const { code } = await run(command, args, { env, timeoutMs: TIME_LIMIT_MS });
  const total = { passed: 0, failed: 0, skipped: 0, remarks: [] };
  for (const { name, directory } of packages) {
    const counts = readResults(directory);
    for (const key of ['passed', 'failed', 'skipped']) total[key] += counts[key];
    total.remarks.push(...counts.remarks.map((remark) => `${name}: ${remark}`));
  }
  if (code !== 0 && total.failed === 0) {
    total.failed = 1;
    total.remarks.push(`${command}: ${ending(code)} although no single test failed: see above`);
  }
  return total;
}

function ending(code) {
  return code === 124 ? `did not end within ${TIME_LIMIT_MS / 60_000} minutes` : `exit code ${code}`;
}

/** On the build server nobody reads why a test was skipped, so there a skip is a failure. */
function strict(counts) {
  return inCi ? { ...counts, failed: counts.failed + counts.skipped, skipped: 0 } : counts;
}

function report() {
  const total = { passed: 0, failed: 0, skipped: 0 };
  console.log('\n━━━ summary ━━━');
  for (const { name, seconds, passed, failed, skipped, remarks } of results) {
    total.passed += passed;
    total.failed += failed;
    total.skipped += skipped;
    const verdict = failed > 0 ? 'FAILED' : 'ok';
    console.log(
      `${name.padEnd(16)} ${verdict.padEnd(7)}${seconds.toFixed(1).padStart(7)} s ${String(passed).padStart(6)} passed ${String(failed).padStart(4)} failed ${String(skipped).padStart(4)} skipped`,
    );
    for (const remark of remarks) console.log(`    ${remark}`);
  }
  console.log();
  console.log(`${total.passed} passed, ${total.failed} failed${total.skipped > 0 ? `, ${total.skipped} skipped` : ''}`);
  process.exitCode = total.failed > 0 ? 1 : 0;
}

function turbo(task, ...args) {
  return [
    ...['turbo', 'run', task, '--output-logs=new-only', '--continue=dependencies-successful'],
    // Line by line: of a suite that never ends, one sees how far it came.
    ...['--log-order=stream', ...args],
  ];
}

function script(name) {
  return ['node', join('scripts', `${name}.mjs`)];
}

function packagesWithTests() {
  return workspacePackages()
    .filter(({ manifest }) => manifest.scripts?.test !== undefined)
    .map(({ manifest, directory }) => ({ name: manifest.name, directory }));
}
