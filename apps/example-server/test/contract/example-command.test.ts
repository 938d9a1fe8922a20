import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, test } from 'vitest';
// @boundaries-ignore: what tests of several packages need stands once, at the root of the repository.
import { freePort } from '../../../../tools/free-port.mjs';
import { createHttpVisitor } from '../http-visitor.ts';

const SCRIPT = join(import.meta.dirname, '..', '..', '..', '..', 'scripts', 'example.mjs');

test('the one command starts both, prints what is needed to log in, and ends both', async () => {
  const child = spawn(process.execPath, [SCRIPT, '--built', '--port', String(await freePort())], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  const printed: string[] = [];
  try {
    createInterface({ input: child.stdout }).on('line', (line) => printed.push(line));
    await expect.poll(() => printed.join('\n'), { timeout: 30_000 }).toContain('Ctrl+C');
    const [, url] = /runs on (http:\/\/localhost:\d+)/.exec(printed.join('\n'))!;
    const [, loginName] = /user name +(\S+)/.exec(printed.join('\n'))!;
    const [, password] = /password +(\S+)/.exec(printed.join('\n'))!;

    const visitor = createHttpVisitor(url!);
    const { headers: toSentinel } = await visitor.get('/login');
    const { headers: toLoginPage } = await visitor.get(toSentinel.location!);
    const loginPage = new URL(toLoginPage.location!, toSentinel.location).href;
    const { headers: back } = await visitor.post(loginPage, { loginName: loginName!, password: password! });
    expect((await visitor.follow(back.location!)).text).toContain('You are logged in');
    const list = (await visitor.get('/functions')).text;
    for (const name of ['echo', 'fails-on-purpose', 'greet-on-event']) expect(list).toContain(name);
    expect((await visitor.get('/as-server')).text).toContain('echo');
  } finally {
    child.kill('SIGINT');
  }
  expect(await ended).toEqual([0, null]);
});
