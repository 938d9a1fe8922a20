import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
// @boundaries-ignore: what tests of several packages need stands once, at the root of the repository.
import { type Child, startChild } from '../../../../tools/child-process.ts';
// @boundaries-ignore: see above.
import { bundleChild, type ChildProgram } from '../../../../tools/child-program.ts';
import { queueRig, type QueueRig, UUID } from '../queue-under-test.ts';

const program = inject('redisServer');

describe.skipIf(program === undefined)('a process whose worker was closed by a deadline ends by itself', () => {
  let parting: ChildProgram;
  let rig: QueueRig;
  const children: Child[] = [];
  beforeAll(async () => {
    parting = await bundleChild(join(import.meta.dirname, '../parting-child.ts'));
    rig = await queueRig(program);
  });
  afterAll(async () => {
    for (const { process } of children) process.kill('SIGKILL');
    await Promise.all(children.map(({ ended }) => ended));
    await rig.close();
    await parting.remove();
  });

  async function started(name: string): Promise<Child> {
    const child = startChild(parting.file, { redisUrl: rig.server.url, name, deadlineMs: 300 });
    children.push(child);
    await child.heard('ready');
    return child;
  }

  async function end(child: Child): Promise<void> {
    child.tell('close');
    await child.ended;
    expect(child.said.filter((line) => 'holding' in line || 'stderr' in line)).toEqual([]);
    expect(child.process.exitCode).toBe(0);
    await child.heard('closed');
    await child.heard('ran');
  }

  test('while Redis is there, with nothing to do', { timeout: 60_000 }, async () => {
    const child = await started('idle');
    await delay(500);
    await end(child);
  });

  test('while Redis is there and a call never ends', { timeout: 60_000 }, async () => {
    const { queue, name } = rig.queue();
    await queue.enqueue({ uuid: UUID });
    const child = await started(name);
    await child.heard('called');
    await end(child);
  });

  test('when Redis was killed while a call is under way', { timeout: 60_000 }, async () => {
    const [busy, idle] = [rig.queue(), rig.queue()];
    await busy.queue.enqueue({ uuid: UUID });
    const children = await Promise.all([started(busy.name), started(idle.name)]);
    await children[0].heard('called');
    await delay(500);
    await rig.server.kill();
    await delay(1_500);
    await Promise.all(children.map(end));
    await rig.server.start();
  });

  test('when Redis was never there', { timeout: 60_000 }, async () => {
    await rig.server.kill();
    const child = await started('nowhere');
    await delay(1_000);
    await end(child);
    await rig.server.start();
  });
});
