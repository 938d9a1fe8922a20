import { accessSync, constants, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { workflowFaults } from '../workflow-rules.mjs';
import { readJson, ROOT } from '../workspace.mjs';

const folder = join(ROOT, '.github', 'workflows');
const files = readdirSync(folder);
const read = (file) => parse(readFileSync(join(folder, file), 'utf8'));

/** A workflow that is in order, changed. */
function changed(change) {
  const workflow = structuredClone(read('release.yml'));
  change(workflow, workflow.jobs.publish);
  return workflow;
}

describe('the workflows', () => {
  it.each(files)('%s has the least rights, uses what is pinned, and calls scripts of the repository', (file) => {
    expect(workflowFaults(read(file))).toEqual([]);
  });

  it('a release is tested before it is published, and tagged after that', () => {
    const { jobs } = read('release.yml');
    expect(jobs.publish.needs).toBe('test');
    expect(jobs.tag.needs).toBe('publish');
    expect(Object.values(jobs).filter(({ permissions }) => permissions['id-token'] === 'write')).toEqual([
      jobs.publish,
    ]);
  });

  it('no workflow names a secret: an identity token stands in for a password', () => {
    for (const file of files)
      expect(readFileSync(join(folder, file), 'utf8')).not.toMatch(/secrets\.|\$\{\{\s*secrets/);
  });

  it('every action is followed by its version, for people and for updates', () => {
    for (const file of files) {
      const uses = readFileSync(join(folder, file), 'utf8').match(/^ *- uses: .*$/gm);
      for (const line of uses) expect(line).toMatch(/@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
    }
  });

  it.each(readdirSync(join(ROOT, '.ci')))(
    '.ci/%s can be run, and pins the package manager as package.json does',
    (name) => {
      const path = join(ROOT, '.ci', name);
      accessSync(path, constants.X_OK);
      const { packageManager } = readJson(join(ROOT, 'package.json'));
      const named = readFileSync(path, 'utf8').match(/pnpm@[\d.]+/g) ?? [];
      expect(new Set([packageManager, ...named])).toEqual(new Set([packageManager]));
    },
  );
});

describe('workflowFaults', () => {
  it.each([
    ['rights for all jobs', (workflow) => (workflow.permissions = { contents: 'read' })],
    ['no word about rights', (workflow) => delete workflow.permissions],
    ['a job without rights of its own', (_, job) => delete job.permissions],
    ['all rights', (_, job) => (job.permissions = 'write-all')],
    ['a right that nobody needs', (_, job) => (job.permissions.packages = 'read')],
    ['an identity token beside the right to push', (_, job) => (job.permissions.contents = 'write')],
    ['publishing outside an environment', (_, job) => delete job.environment],
    ['no time limit', (_, job) => delete job['timeout-minutes']],
    ['a runner that moves', (_, job) => (job['runs-on'] = 'ubuntu-latest')],
    ['a tag instead of a hash', (_, job) => (job.steps[0].uses = 'actions/checkout@v5')],
    ['credentials left behind', (_, job) => delete job.steps[0].with],
    ['a trigger that runs foreign text', (workflow) => (workflow.on = { pull_request_target: null })],
    ['two commands', (_, job) => (job.steps[2].run = '.ci/publish && .ci/tag')],
    ['text from outside in a command', (_, job) => (job.steps[2].run = 'echo ${{ github.head_ref }}')],
    ['a command of its own', (_, job) => (job.steps[2].run = 'npm publish')],
    ['a script that is not there', (_, job) => (job.steps[2].run = '.ci/nothing')],
    ['a condition', (_, job) => (job.steps[2].if = 'always()')],
    ['a secret in a step', (_, job) => (job.steps[2].env = { TOKEN: 'x' })],
    ['settings for all', (workflow) => (workflow.env = { TOKEN: 'x' })],
  ])('refuses %s', (_, change) => {
    expect(workflowFaults(changed(change))).toHaveLength(1);
  });
});
