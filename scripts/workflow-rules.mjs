import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './workspace.mjs';

/** What starts a workflow with rights of this repository on somebody else's text. */
const REFUSED_TRIGGERS = ['pull_request_target', 'workflow_run', 'issue_comment'];
/** Rights a job may have beyond reading, and what it may then not have beside them. */
const RIGHTS = new Map([
  ['contents', ['read', 'write']],
  ['id-token', ['write']],
]);
/** One file of the repository and nothing else: no pipes, no second command, no expression of the workflow. */
const SCRIPT = /^\.ci\/[\w-]+$/;
const PINNED = /^[\w.-]+\/[\w./-]+@[0-9a-f]{40}$/;

/**
 * What is wrong with a workflow: it has the least rights, uses what is pinned, and holds no logic of its own.
 *
 * @param {any} workflow as parsed
 * @returns {string[]} one sentence for each fault
 */
export function workflowFaults(workflow) {
  const triggers = typeof workflow.on === 'string' ? [workflow.on] : Object.keys(workflow.on ?? {});
  return [
    ...triggers.filter((name) => REFUSED_TRIGGERS.includes(name)).map((name) => `it is started by ${name}`),
    ...(isEmptyRecord(workflow.permissions)
      ? []
      : ['permissions of the whole workflow are not {}: jobs name their own']),
    ...(workflow.env === undefined ? [] : ['env of the whole workflow reaches every step']),
    ...Object.entries(workflow.jobs ?? {}).flatMap(([name, job]) => jobFaults(job).map((fault) => `${name}: ${fault}`)),
  ];
}

function jobFaults(job) {
  const named = typeof job.permissions === 'object' && job.permissions !== null;
  const permissions = named ? Object.entries(job.permissions) : [];
  const writes = permissions.filter(([, right]) => right === 'write').map(([name]) => name);
  return [
    ...(named ? [] : ['it does not name its permissions']),
    ...permissions
      .filter(([name, right]) => !(RIGHTS.get(name) ?? []).includes(right))
      .map(([name, right]) => `it may ${right} ${name}`),
    ...(writes.length > 1 ? [`it may write ${writes.join(' and ')} at once`] : []),
    ...(writes.includes('id-token') && job.environment === undefined ? ['it publishes outside an environment'] : []),
    ...(Number.isInteger(job['timeout-minutes']) ? [] : ['it has no time limit']),
    ...(/-latest$/.test(job['runs-on'] ?? '-latest') ? ['its runner is not a fixed version'] : []),
    ...(job.steps ?? []).flatMap((step) => stepFaults(step, writes.includes('contents'))),
  ];
}

function stepFaults({ uses, run, with: inputs = {}, if: condition, env }, mayPush) {
  const faults = [];
  if (uses !== undefined && !PINNED.test(uses)) faults.push(`${uses} is not pinned by hash`);
  if (uses?.startsWith('actions/checkout@') && !mayPush && inputs['persist-credentials'] !== false) {
    faults.push('checkout leaves its credentials behind');
  }
  if (run !== undefined && !SCRIPT.test(run)) faults.push(`"${run}" is not a script of the repository`);
  else if (run !== undefined && !existsSync(join(ROOT, run))) faults.push(`${run} does not exist`);
  if (condition !== undefined) faults.push(`"${condition}" is logic of the workflow`);
  if (env !== undefined) faults.push('a step has an env: secrets and settings belong into scripts and environments');
  return faults;
}

function isEmptyRecord(value) {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}
