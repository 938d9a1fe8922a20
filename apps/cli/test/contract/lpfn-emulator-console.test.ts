import { type ChildProcess, execFile } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { tmpdir } from 'node:os';
import { promisify } from 'node:util';
import { type Browser, chromium, type Page } from 'playwright-core';
import ts from 'typescript';
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { startLpfn } from '../lpfn-process.ts';

const EXAMPLES = join(import.meta.dirname, '..', '..', '..', '..', 'examples', 'functions');
/** Within this package, so that what is copied finds `@lp-functions/client` as it does in anybody's project. */
const SNIPPETS = join(import.meta.dirname, '..', '..', 'node_modules', '.console-snippets');
const EXECUTABLE = inject('chromium');

interface Ready {
  readonly discoveryUrl: string;
  readonly consoleUrl: string;
  readonly accountId: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly functions: readonly { readonly uuid: string; readonly name: string }[];
}

async function ready(child: ChildProcess): Promise<Ready> {
  const [line] = (await once(createInterface({ input: child.stdout! }), 'line')) as [string];
  return JSON.parse(line) as Ready;
}

async function end(child: ChildProcess): Promise<void> {
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
}

describe('lpfn emulator --open', () => {
  it('opens the console in the browser that BROWSER names', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'lpfn-test-open-'));
    const [program, seen] = [join(folder, 'browser'), join(folder, 'seen')];
    writeFileSync(program, `#!/bin/sh\nprintf %s "$1" > ${seen}.new && mv ${seen}.new ${seen}\n`);
    chmodSync(program, 0o700);
    const child = startLpfn(['emulator', '--port', '0', '--json', '--open'], { BROWSER: program });
    const { consoleUrl, discoveryUrl } = await ready(child);
    expect(consoleUrl).toBe(`${discoveryUrl}/`);
    await vi.waitFor(() => expect(existsSync(seen)).toBe(true), { timeout: 10_000 });
    expect(readFileSync(seen, 'utf8')).toBe(consoleUrl);
    const page = await fetch(consoleUrl, { headers: { accept: 'text/html' } });
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    await end(child);
    rmSync(folder, { recursive: true });
  });

  it('says where the console is when no browser can be opened, and runs all the same', async () => {
    const child = startLpfn(['emulator', '--port', '0', '--json', '--open'], { BROWSER: 'none' });
    const told = once(createInterface({ input: child.stderr! }), 'line');
    const { consoleUrl } = await ready(child);
    expect(await told).toEqual([`No browser can be opened from here. The console is at ${consoleUrl}`]);
    await end(child);
  });
});

/** What the compiler has to say about a file, as strictly as anyone would ask it. */
function mistakesIn(file: string): readonly string[] {
  const program = ts.createProgram([file], {
    strict: true,
    noEmit: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    skipLibCheck: true,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    target: ts.ScriptTarget.ES2023,
    types: ['node'],
  });
  return ts.getPreEmitDiagnostics(program).map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
}

describe.skipIf(EXECUTABLE === undefined)('what the console copies', () => {
  let child: ChildProcess;
  let emulator: Ready;
  let browser: Browser;
  let page: Page;
  beforeAll(async () => {
    rmSync(SNIPPETS, { recursive: true, force: true });
    mkdirSync(SNIPPETS, { recursive: true });
    writeFileSync(join(SNIPPETS, 'package.json'), '{"type":"module"}');
    child = startLpfn(['emulator', '--port', '0', '--json', '--functions', EXAMPLES]);
    emulator = await ready(child);
    browser = await chromium.launch({ executablePath: EXECUTABLE!, args: ['--no-sandbox', '--disable-dev-shm-usage'] });
    const context = await browser.newContext({ permissions: ['clipboard-read', 'clipboard-write'] });
    page = await context.newPage();
    await page.goto(emulator.consoleUrl);
  }, 120_000);
  afterAll(async () => {
    await browser.close();
    await end(child);
    rmSync(SNIPPETS, { recursive: true, force: true });
  }, 60_000);

  /** Type-checks what is in the clipboard and runs it with the emulator's own credentials. */
  async function ran(name: string): Promise<string> {
    const code = String(await page.evaluate('navigator.clipboard.readText()'));
    const file = join(SNIPPETS, `${name}.ts`);
    writeFileSync(file, code);
    expect([code, mistakesIn(file)]).toEqual([code, []]);
    const { outputText } = ts.transpileModule(code, {
      compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2023, verbatimModuleSyntax: true },
    });
    writeFileSync(join(SNIPPETS, `${name}.js`), outputText);
    const { stdout } = await promisify(execFile)(process.execPath, [join(SNIPPETS, `${name}.js`)], {
      timeout: 30_000,
      env: {
        PATH: process.env['PATH'] ?? '',
        LPFN_ACCOUNT_ID: emulator.accountId,
        LPFN_DISCOVERY_URL: emulator.discoveryUrl,
        LPFN_CLIENT_ID: emulator.clientId,
        LPFN_CLIENT_SECRET: emulator.clientSecret,
        LPFN_FUNCTION_UUID: emulator.functions.find((entry) => entry.name === 'echo')?.uuid ?? '',
      },
    });
    return stdout;
  }

  it('the three lines of the first-run panel compile and call the function', async () => {
    await page.getByRole('button', { name: 'Copy', exact: true }).click();
    await page.getByText('Copied the three lines.').waitFor();
    expect(await ran('three-lines')).toContain('n: 1');
  }, 60_000);

  it('every kind of request as TypeScript compiles, and makes the same call again', async () => {
    const uuid = emulator.functions.find((entry) => entry.name === 'echo')?.uuid ?? '';
    const account = `/api/account/${emulator.accountId}`;
    const token = await bearer(emulator);
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json', 'lp-eventsource': 'shop' };
    const sent: readonly (readonly [string, string, RequestInit, string])[] = [
      [
        'invoke',
        `${account}/lambdas/${uuid}/invoke`,
        {
          method: 'POST',
          headers,
          body: '{"timestamp":0,"headers":[{"key":"a","value":"b"}],"payload":{"it\'s":[1,"`x`"]}}',
        },
        'it',
      ],
      [
        'event',
        `${account}/events/demo_event/invoke`,
        { method: 'POST', headers, body: '{"payload":{"name":"Ada"}}' },
        'uuid',
      ],
      ['implemented', `${account}/events/demo_event/isImplemented?skillId=`, { headers }, 'true'],
      ['functions', `${account}/functions?state=Productive&eventId=&functionName=echo&userId=`, { headers }, 'echo'],
      ['domains', `${account}/service/baseURI.json?version=1.0`, {}, 'faasGW'],
      ['domain', `${account}/service/faasGW/baseURI.json?version=1.0`, {}, 'fninvocations'],
      ['unknown', '/nothing/here', { headers: { 'x-a': "it's" } }, '404'],
    ];
    for (const [name, path, init, expected] of sent) {
      await (await fetch(`${emulator.discoveryUrl}${path}`, init)).text();
      await copyNewest(path);
      expect([name, await ran(name)]).toEqual([name, expect.stringContaining(expected)]);
    }
    await bearer(emulator);
    await copyNewest('/app/token');
    expect(await ran('token')).toContain('authorization');
  }, 180_000);

  /** Opens the newest request whose path has this in it, and copies it. */
  async function copyNewest(path: string): Promise<void> {
    const listed = await fetch(`${emulator.discoveryUrl}/_emulator/requests?limit=50`);
    const { requests } = (await listed.json()) as { requests: readonly { id: number; url: string }[] };
    const { id } = requests.findLast(({ url }) => url.includes(path)) ?? { id: 0 };
    await page.evaluate(`location.hash = '#/traffic/${String(id)}'`);
    const panel = page.getByRole('complementary', { name: `Request ${String(id)}`, exact: true });
    await page.evaluate(`navigator.clipboard.writeText('')`);
    await panel.getByRole('button', { name: 'Copy as TypeScript' }).click();
    await vi.waitFor(async () => expect(await page.evaluate('navigator.clipboard.readText()')).not.toBe(''), {
      timeout: 10_000,
    });
  }
});

async function bearer({ discoveryUrl, accountId, clientId, clientSecret }: Ready): Promise<string> {
  const answer = await fetch(`${discoveryUrl}/sentinel/api/account/${accountId}/app/token?v=2.0`, {
    method: 'POST',
    body: new URLSearchParams({ grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret }),
  });
  return ((await answer.json()) as { access_token: string }).access_token;
}
