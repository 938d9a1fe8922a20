// Debian packages that some tests need beyond what npm brings: a browser, Redis, a keychain. Missing ones are installed where that
// needs nobody's consent (root, with apt); elsewhere the tests that need them are skipped, and this says so with the command to run.
import { spawnSync } from 'node:child_process';
import { CHROMIUM, programPath } from './system-program.mjs';

/** What is installed, for which tests, and the programs that show that it is there: one of each list has to be found. */
const PACKAGES = [
  {
    debian: 'chromium',
    tests: 'tests in a browser',
    programs: [CHROMIUM],
  },
  { debian: 'redis-server', tests: 'tests of the Redis token store and the queue', programs: [['redis-server']] },
  {
    debian: 'gnome-keyring dbus',
    tests: 'tests of the system keychain',
    programs: [['gnome-keyring-daemon'], ['dbus-run-session']],
  },
];
const INSTALL_LIMIT_MS = 10 * 60_000;

function missingPackages() {
  return PACKAGES.filter(({ programs }) => !programs.every((alternatives) => programPath(alternatives) !== undefined));
}

/** @returns whether apt-get came to a good end; what it says is shown only when it did not. */
function apt(...args) {
  const { status, stdout, stderr } = spawnSync('apt-get', args, {
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    encoding: 'utf8',
    timeout: INSTALL_LIMIT_MS,
  });
  if (status === 0) return true;
  console.log(`apt-get ${args.join(' ')} failed:\n${stdout ?? ''}${stderr ?? ''}`);
  return false;
}

const names = (list) => list.flatMap(({ debian }) => debian.split(' '));

let missing = missingPackages();
if (missing.length > 0 && process.getuid?.() === 0 && programPath(['apt-get']) !== undefined) {
  console.log(`Installing Debian packages for the tests: ${names(missing).join(', ')}`);
  if (apt('update', '-qq')) apt('install', '-y', '-qq', '--no-install-recommends', ...names(missing));
  missing = missingPackages();
}
for (const { tests, debian } of missing) {
  console.log(`SKIPPED: ${tests}. To run them: apt-get install --no-install-recommends ${debian}`);
}
if (missing.length === 0) console.log('Everything that the tests need is there.');
