import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { run } from '../child-process.mjs';

const isRunning = (pid) => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

test('a program that takes too long is ended, with what it has started in a group of its own', async () => {
  const grandchild = `const { spawn } = require('node:child_process');
    const child = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60000)'], { detached: true, stdio: 'inherit' });
    console.log(child.pid);
    for (;;);`;
  const { code, output, stdout } = await run(process.execPath, ['-e', grandchild], { capture: true, timeoutMs: 3_000 });
  expect(code).toBe(124);
  expect(output).toContain('did not end within 3 s');
  const pid = Number(stdout);
  expect(pid).toBeGreaterThan(0);
  // Whoever looks after orphans may take a moment.
  for (let tries = 0; isRunning(pid) && tries < 100; tries += 1) await delay(50);
  expect(isRunning(pid)).toBe(false);
});

test('what a program says and how it ends is told', async () => {
  const told = await run(process.execPath, ['-e', 'console.log("out"); console.error("err"); process.exit(3)'], {
    capture: true,
    timeoutMs: 60_000,
  });
  expect(told).toMatchObject({ code: 3, stdout: 'out\n' });
  expect(told.output).toContain('err\n');
  expect(await run('no-such-program', [], { capture: true })).toMatchObject({ code: 127 });
});
