import { cp, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { run } from '../../scripts/child-process.mjs';
import { ROOT } from '../../scripts/workspace.mjs';

const AUTHOR = { GIT_AUTHOR_NAME: 'release', GIT_AUTHOR_EMAIL: 'release@localhost' };
/** What a commit needs on a machine where nobody has said who they are. */
const GIT_IDENTITY = { ...AUTHOR, GIT_COMMITTER_NAME: 'release', GIT_COMMITTER_EMAIL: 'release@localhost' };

/**
 * Copies the project as it stands, changes that are not committed included, into a repository of its own with an origin of its own.
 *
 * @param {string} directory where `project` and `origin.git` go
 * @returns {Promise<string>} the copy
 */
export async function copyProject(directory) {
  const listed = await git(['ls-files', '-z', '--cached', '--others', '--exclude-standard'], ROOT);
  const deleted = new Set((await git(['ls-files', '-z', '--deleted'], ROOT)).split('\0'));
  const project = join(directory, 'project');
  for (const file of listed.split('\0').filter((name) => name !== '' && !deleted.has(name))) {
    const target = join(project, file);
    await mkdir(dirname(target), { recursive: true });
    await cp(join(ROOT, file), target, { verbatimSymlinks: true });
  }
  const origin = join(directory, 'origin.git');
  await git(['init', '--quiet', '--bare', origin], directory);
  await git(['init', '--quiet', '--initial-branch=main'], project);
  await git(['remote', 'add', 'origin', origin], project);
  await commitAll(project, 'The project as it is');
  return project;
}

/** Commits everything in a copy. */
export async function commitAll(project, message) {
  await git(['add', '--all'], project);
  await git(['commit', '--quiet', '--no-verify', '--no-gpg-sign', '--message', message], project);
}

/** Runs git. @returns what it prints @throws Error with what it says */
export async function git(args, cwd) {
  const { code, stdout, output } = await run('git', args, { cwd, env: GIT_IDENTITY, capture: true, timeoutMs: 60_000 });
  if (code !== 0) throw new Error(`git ${args[0]} failed:\n${output}`);
  return stdout;
}
