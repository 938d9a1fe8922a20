import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readdir, readFile, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type Example, startExample } from '../example-under-test.ts';
import { createHttpVisitor, type HttpVisitor, logVisitorIn, readCallForm } from '../http-visitor.ts';
import { leaksIn, secretsOf } from '../leak-scan.ts';
import { endServerProcesses, type ServerProcess, spawnServer, startServerProcess } from '../server-process.ts';

const SOAK = process.env['LPFN_TEST_SOAK'] === '1';

let example: Example;
beforeAll(async () => {
  example = await startExample({ inProcess: false });
});
afterEach(() => example.reset());
afterAll(async () => {
  endServerProcesses();
  await example.close();
});

/** Refresh grants that Sentinel was asked for. */
function refreshes(): number {
  return example.emulator.requests
    .list({ operation: 'token' })
    .filter(({ body }) => new URLSearchParams(body).get('grant_type') === 'refresh_token').length;
}

describe('two processes behind one address', () => {
  let processes: readonly [ServerProcess, ServerProcess];
  let ports: readonly [number, number];

  beforeAll(async () => {
    processes = await Promise.all([startServerProcess(example.environment), startServerProcess(example.environment)]);
    ports = [processes[0].port, processes[1].port];
    example.front.ports = ports;
  });
  afterAll(async () => {
    for (const { child } of processes) child.kill('SIGTERM');
    expect(await Promise.all(processes.map(({ ended }) => ended))).toEqual([
      [0, null],
      [0, null],
    ]);
    const secrets = secretsOf(example.emulator, example.environment['EXAMPLE_DATA_DIRECTORY']!);
    expect(secrets.size).toBeGreaterThan(1);
    expect(
      leaksIn(
        processes.flatMap(({ lines }) => lines),
        secrets,
      ),
    ).toEqual([]);
  });

  test('a login begun at one is finished at the other', async () => {
    const visitor = createHttpVisitor(example.url);
    const served: string[] = [];
    example.front.pick = ({ url = '' }) => {
      const port = url.startsWith('/callback') ? ports[1] : ports[0];
      served.push(`${url.split('?')[0]!} ${port === ports[0] ? 'first' : 'second'}`);
      return port;
    };
    const page = await logVisitorIn(visitor, example);
    expect(served).toEqual(['/login first', '/callback second', '/ first']);
    expect(page.text).toContain('You are logged in');
  });

  test('a token that has run out is renewed once for both, and every call succeeds', async () => {
    const visitor = createHttpVisitor(example.url);
    await logVisitorIn(visitor, example);
    // Both have used the old one.
    for (let round = 0; round < 4; round += 1) expect((await visitor.get('/functions')).status).toBe(200);
    const forms = await Promise.all(
      Array.from({ length: SOAK ? 40 : 10 }, () => readCallForm(visitor, example.uuidOf('echo'))),
    );
    example.emulator.clock.advance(9 * 60 * 60_000);
    const answers = await Promise.all(
      forms.map(({ action, fields }) => visitor.post(action, { ...fields, payload: '{"n":1}' })),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([303]));
    for (const { headers } of answers)
      expect((await visitor.get(headers.location!)).text).toContain('The function answered');
    expect(refreshes()).toBe(1);
    expect(example.emulator.requests.count({ operation: 'invokeByUuid', status: 200 })).toBe(forms.length);
  });

  test('a form that reaches both at once is acted upon once', async () => {
    const visitor = createHttpVisitor(example.url);
    await logVisitorIn(visitor, example);
    const { action, fields } = await readCallForm(visitor, example.uuidOf('slow'));
    const answers = await Promise.all(
      Array.from({ length: 6 }, () => visitor.post(action, { ...fields, payload: '{"ms":200}' })),
    );
    expect(new Set(answers.map(({ headers }) => headers.location)).size).toBe(1);
    example.emulator.requests.verify({ operation: 'invokeByUuid' }, { count: 1 });
  });

  test('who logs out at one is logged out at the other', async () => {
    const visitor = createHttpVisitor(example.url);
    const home = await logVisitorIn(visitor, example);
    const [, csrfToken] = /name="csrfToken" value="([^"]+)"/.exec(home.text)!;
    example.front.pick = () => ports[0];
    expect((await visitor.post('/logout', { csrfToken: csrfToken! })).headers.location).toBe('/logged-out');
    example.front.pick = () => ports[1];
    expect((await visitor.get('/functions')).status).toBe(401);
  });
});

describe('SIGTERM', () => {
  async function visitorWithForms(
    count: number,
  ): Promise<{ visitor: HttpVisitor; forms: Awaited<ReturnType<typeof readCallForm>>[] }> {
    const visitor = createHttpVisitor(example.url);
    await logVisitorIn(visitor, example);
    const forms = [];
    for (let form = 0; form < count; form += 1) forms.push(await readCallForm(visitor, example.uuidOf('slow')));
    return { visitor, forms };
  }

  test('under load: requests under way finish, nobody new is let in, and the process ends by itself', async () => {
    const server = await startServerProcess(example.environment);
    example.front.ports = [server.port];
    const { visitor, forms } = await visitorWithForms(SOAK ? 32 : 8);
    const underWay = forms.map(({ action, fields }) => visitor.post(action, { ...fields, payload: '{"ms":1500}' }));
    await expect
      .poll(() => example.emulator.requests.count({ operation: 'invokeByUuid' }), { timeout: 20_000 })
      .toBe(forms.length);
    server.child.kill('SIGTERM');
    await expect.poll(() => server.lines.join('')).toContain('closing');
    // The front says so if nobody takes the connection.
    await expect.poll(async () => (await createHttpVisitor(example.url).get('/')).status).toBe(502);

    const answers = await Promise.all(underWay);
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([303]));
    expect(await server.ended).toEqual([0, null]);

    // What they answered is there for the next process.
    const next = await startServerProcess(example.environment);
    example.front.ports = [next.port];
    for (const { headers } of answers) expect((await visitor.get(headers.location!)).text).toContain('at last');
    next.child.kill('SIGTERM');
    expect(await next.ended).toEqual([0, null]);
  });

  test('with time to drain: not ready any more, and still serving', async () => {
    const server = await startServerProcess({ ...example.environment, EXAMPLE_DRAIN_SECONDS: '2' });
    example.front.ports = [server.port];
    const visitor = createHttpVisitor(example.url);
    expect(await visitor.get('/ready')).toMatchObject({ status: 200, text: '{"status":"ready"}' });
    server.child.kill('SIGTERM');
    await expect.poll(async () => (await visitor.get('/ready')).status).toBe(503);
    expect(await visitor.get('/health')).toMatchObject({ status: 200, text: '{"status":"ok"}' });
    expect((await visitor.get('/')).status).toBe(200);
    expect(await server.ended).toEqual([0, null]);
  });

  test('a library that ends the process where nobody else listens does not cut this short', async () => {
    // As those do that remove temporary files: one listens while a file is being written, at worst when the signal comes.
    const tidying = `setInterval(() => {
      if (process.listenerCount('SIGTERM') !== 1) return;
      process.on('SIGTERM', function tidy() {
        if (process.listenerCount('SIGTERM') > 1) return;
        process.removeListener('SIGTERM', tidy);
        process.kill(process.pid, 'SIGTERM');
      });
    }, 5).unref();`;
    const NODE_OPTIONS = `--import=data:text/javascript,${encodeURIComponent(tidying)}`;
    const server = await startServerProcess({ ...example.environment, NODE_OPTIONS });
    await pause(100);
    server.child.kill('SIGTERM');
    expect(await server.ended).toEqual([0, null]);
    expect(server.lines.join('')).toContain('"closed"');
  });

  test('twice: ends at once', async () => {
    const server = await startServerProcess(example.environment);
    example.front.ports = [server.port];
    const { visitor, forms } = await visitorWithForms(1);
    const { action, fields } = forms[0]!;
    const underWay = visitor.post(action, { ...fields, payload: '{"ms":20000}' }).catch(() => undefined);
    await example.emulator.requests.waitFor({ operation: 'invokeByUuid' });
    server.child.kill('SIGTERM');
    await expect.poll(() => server.lines.join('')).toContain('closing');
    await pause(50);
    server.child.kill('SIGTERM');
    expect(await server.ended).toEqual([null, 'SIGTERM']);
    await underWay;
  });

  test('a call that a killed process left behind is said to be lost, not to be under way for ever', async () => {
    const server = await startServerProcess(example.environment);
    example.front.ports = [server.port];
    const { visitor, forms } = await visitorWithForms(1);
    const { action, fields } = forms[0]!;
    const underWay = visitor.post(action, { ...fields, payload: '{"ms":20000}' }).catch(() => undefined);
    await example.emulator.requests.waitFor({ operation: 'invokeByUuid' });
    server.child.kill('SIGKILL');
    await server.ended;
    await underWay;
    const next = await startServerProcess(example.environment);
    example.front.ports = [next.port];
    const address = `/calls/${fields['callId']!}`;
    expect((await visitor.get(address)).text).toContain('Not answered yet');
    // Longer ago than any call may take.
    const calls = join(example.environment['EXAMPLE_DATA_DIRECTORY']!, 'calls');
    const record = join(calls, `${createHash('sha256').update(fields['callId']!).digest('hex')}.json`);
    const call = JSON.parse(await readFile(record, 'utf8')) as { readonly beganAtMs: number };
    await writeFile(record, JSON.stringify({ ...call, beganAtMs: call.beganAtMs - 61_000 }));
    const page = await visitor.get(address);
    expect(page.text).toContain('The answer got lost');
    expect(page.text).toContain('Nobody knows whether the function ran');
    next.child.kill('SIGTERM');
    await next.ended;
  });
});

test('a session that has run out takes its tokens along, without signing the user out at LivePerson', async () => {
  const data = example.environment['EXAMPLE_DATA_DIRECTORY']!;
  const stored = async (): Promise<string> => {
    const names = (await readdir(join(data, 'tokens'))).filter((name) => name.endsWith('.json'));
    return (await Promise.all(names.map((name) => readFile(join(data, 'tokens', name), 'utf8')))).join('');
  };
  const server = await startServerProcess(example.environment);
  example.front.ports = [server.port];
  const visitor = createHttpVisitor(example.url);
  await logVisitorIn(visitor, example);
  server.child.kill('SIGTERM');
  await server.ended;
  const [{ token } = { token: 'none' }] = example.emulator.tokens.list().filter(({ kind }) => kind === 'user');
  expect(await stored()).toContain(token);

  const longAgo = new Date(Date.now() - 9 * 60 * 60_000);
  for (const name of await readdir(join(data, 'sessions')))
    await utimes(join(data, 'sessions', name), longAgo, longAgo);
  const next = await startServerProcess(example.environment);
  example.front.ports = [next.port];
  await expect.poll(stored).not.toContain(token);
  expect((await visitor.get('/functions')).status).toBe(401);
  example.emulator.requests.verify({ operation: 'revoke' }, { count: 0 });
  next.child.kill('SIGTERM');
  await next.ended;
});

describe('a process that cannot start', () => {
  async function fails(
    environment: Readonly<Record<string, string>>,
  ): Promise<{ code: number | null; stderr: string }> {
    const child = spawnServer(environment);
    const [stderr] = await Promise.all([text(child.stderr!), text(child.stdout!), once(child, 'exit')]);
    return { code: child.exitCode, stderr };
  }

  test('names every variable that is missing or wrong, and shows no value', async () => {
    const { code, stderr } = await fails({
      LPFN_CLIENT_SECRET: 'the-client-secret',
      EXAMPLE_PUBLIC_URL: 'http://app.example',
      EXAMPLE_SESSION_SECRETS: 'too short a secret',
      EXAMPLE_PORT: 'eighty',
    });
    expect(code).toBe(1);
    for (const name of [
      'LPFN_ACCOUNT_ID',
      'LPFN_CLIENT_ID',
      'EXAMPLE_PUBLIC_URL',
      'EXAMPLE_SESSION_SECRETS',
      'EXAMPLE_PORT',
    ]) {
      expect(stderr).toContain(`\n  ${name} `);
    }
    expect(stderr).not.toMatch(/the-client-secret|too short a secret|eighty/);
  });

  test('says which port is taken', async () => {
    const taken = String(example.emulator.port);
    const { code, stderr } = await fails({ ...example.environment, EXAMPLE_PORT: taken });
    expect(code).toBe(1);
    expect(stderr).toContain(`EXAMPLE_PORT is in use by another program: port ${taken}`);
  });
});
