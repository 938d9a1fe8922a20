import { type EmulatedFunction, type Emulator, startEmulator } from '@lp-functions/emulator';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { lpfn } from '../lpfn-process.ts';

describe.each(['v1', 'v2'] as const)('on %s', (platform) => {
  let emulator: Emulator;
  let quote: EmulatedFunction;
  let draft: EmulatedFunction;
  let env: Record<string, string>;

  beforeAll(async () => {
    emulator = await startEmulator({ platform });
    const code =
      platform === 'v1'
        ? 'function lambda(input, callback) { callback(null, 1); }'
        : 'async function lambda() { return 1; }';
    quote = emulator.functions.add({ name: 'quote', code, description: 'Gives\na price' });
    draft = emulator.functions.add({ name: 'draft', code, state: 'Draft' });
    emulator.functions.add({ name: 'listens', eventId: 'cli_event', code });
    if (platform === 'v2') emulator.functions.add({ name: 'skilled', eventId: 'skilled_event', code, skills: ['42'] });
    env = {
      LPFN_ACCOUNT_ID: emulator.accountId,
      LPFN_CLIENT_ID: emulator.apps.default.clientId,
      LPFN_CLIENT_SECRET: emulator.apps.default.clientSecret,
      LPFN_DISCOVERY_URL: emulator.discoveryUrl,
    };
  });
  afterAll(() => emulator.close());
  beforeEach(() => emulator.reset());

  describe('lpfn functions list', () => {
    it('lists name, state, event and UUID, tab separated on a pipe', async () => {
      const { code, stdout, stderr } = await lpfn(['functions', 'list'], { env });
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      const rows = stdout
        .trimEnd()
        .split('\n')
        .map((row) => row.split('\t'));
      expect(rows.map(([name]) => name).filter((name) => name !== 'skilled')).toEqual(['draft', 'listens', 'quote']);
      expect(rows[1]).toEqual(['listens', 'Productive', 'cli_event', expect.stringMatching(/^[0-9a-f-]{36}$/)]);
      expect(rows[2]).toEqual(['quote', 'Productive', '-', quote.uuid]);
    });

    it.each([
      [['--state', 'Draft'], ['draft']],
      [['--state', 'Productive', '--state=Draft', '--event=cli'], ['listens']],
      [['--event', 'cli'], ['listens']],
      ...(platform === 'v2' ? [[['--name', 'uot'], ['quote']] as [string[], string[]]] : []),
    ])('filters by %j', async (flags, names) => {
      const { stdout } = await lpfn(['functions', 'list', ...flags, '--json'], { env });
      const answer = JSON.parse(stdout) as { ok: boolean; result: { name: string }[] };
      expect(answer.ok).toBe(true);
      expect(answer.result.map(({ name }) => name)).toEqual(names);
    });

    it('an empty list prints nothing on stdout', async () => {
      const none = await lpfn(['functions', 'list', '--event', 'no_such_event'], { env });
      expect(none).toEqual({ code: 0, stdout: '', stderr: 'No function matches.\n' });
      const json = await lpfn(['functions', 'list', '--event', 'no_such_event', '--json'], { env });
      expect(JSON.parse(json.stdout)).toEqual({ ok: true, result: [], requestId: null });
    });

    it.each([
      ['403', 6, 'FORBIDDEN', { status: 403 }],
      ['401', 4, 'UNAUTHORIZED', { status: 401 }],
    ])('answers %s with what to do instead', async (_what, code, errorCode, fault) => {
      emulator.faults.add({ service: 'listing', ...fault });
      const run = await lpfn(['functions', 'list'], { env });
      expect(run).toMatchObject({ code, stdout: '' });
      expect(run.stderr).toContain('LivePerson lets users list functions rather than apps');
      expect(run.stderr).toContain('is-implemented EVENT');
      expect(run.stderr).not.toContain('listingAuthorizer');
      const json = await lpfn(['functions', 'list', '--json'], { env });
      expect(JSON.parse(json.stdout)).toMatchObject({
        ok: false,
        error: { code: errorCode, name: 'FaaSDetailedError' },
      });
    });

    it.each([
      ['a wrong secret', 4, [], { LPFN_CLIENT_SECRET: 'wrong-secret-0123456789' }],
      ['an unknown account', 5, [], { LPFN_ACCOUNT_ID: '99999999' }],
      ['no account', 3, [], { LPFN_ACCOUNT_ID: '' }],
      ['a state that cannot be one', 2, ['--state', 'a/b'], {}],
      ['an argument', 2, ['echo'], {}],
    ])('answers %s with exit code %i', async (_what, code, args, changed) => {
      const run = await lpfn(['functions', 'list', ...args], { env: { ...env, ...changed } });
      expect(run).toMatchObject({ code, stdout: '' });
      expect(run.stderr).not.toBe('');
    });

    it('answers an unavailable platform with 8', async () => {
      emulator.faults.add({ service: 'listing', status: 429, headers: { 'retry-after': '3600' } });
      expect((await lpfn(['functions', 'list'], { env })).code).toBe(8);
    });
  });

  describe('lpfn functions show', () => {
    it('shows one, by name and by UUID, a field a line', async () => {
      const byName = await lpfn(['functions', 'show', 'quote'], { env });
      expect(byName.code).toBe(0);
      const fields = Object.fromEntries(
        byName.stdout
          .trimEnd()
          .split('\n')
          .map((row) => row.split('\t') as [string, string]),
      );
      expect(fields).toMatchObject({
        name: 'quote',
        uuid: quote.uuid,
        state: 'Productive',
        invocable: 'true',
        description: 'Gives a price',
        platform,
      });
      expect((await lpfn(['functions', 'show', quote.uuid.toUpperCase()], { env })).stdout).toBe(byName.stdout);
      const json = await lpfn(['functions', 'show', 'draft', '--json'], { env });
      expect(JSON.parse(json.stdout)).toMatchObject({
        ok: true,
        result: { uuid: draft.uuid, state: 'Draft', invocable: false },
      });
    });

    it.each([
      ['QUOTE', 'There are: quote.'],
      ['no-such-thing', 'functions list'],
      ['6b1d5f0e-3c0a-4b52-9f0e-2a1f6d1c7e55', 'functions list'],
    ])('says that there is no %s', async (which, hint) => {
      const run = await lpfn(['functions', 'show', which], { env });
      expect(run).toMatchObject({ code: 6, stdout: '' });
      expect(run.stderr).toContain('the account has no function');
      expect(run.stderr).toContain(hint);
      const json = await lpfn(['functions', 'show', which, '--json'], { env });
      expect(JSON.parse(json.stdout)).toMatchObject({
        ok: false,
        error: { code: 'NOT_FOUND', name: 'FunctionNotFoundError' },
      });
    });

    it('wants exactly one', async () => {
      expect((await lpfn(['functions', 'show'], { env })).code).toBe(2);
      expect((await lpfn(['functions', 'show', 'a', 'b'], { env })).code).toBe(2);
    });
  });

  describe('lpfn is-implemented', () => {
    const questions: readonly (readonly [string, readonly string[], boolean])[] = [
      ['an event with listeners', ['cli_event'], true],
      ['an event that nobody listens to', ['nobody_listens'], false],
      ['a function that is deployed', ['--uuid', 'QUOTE'], true],
      ['a function that is not', ['--uuid', 'DRAFT'], false],
      ['a function that is not there', ['--uuid', '6b1d5f0e-3c0a-4b52-9f0e-2a1f6d1c7e55'], false],
    ];
    const bySkill: typeof questions = [
      ['an event, by a skill', ['skilled_event', '--skill=42'], true],
      ['an event, by another skill', ['skilled_event', '--skill', '7'], false],
    ];
    it.each([...questions, ...(platform === 'v2' ? bySkill : [])])('answers for %s', async (_what, given, answer) => {
      const args = ['is-implemented', ...given.map((arg) => ({ QUOTE: quote.uuid, DRAFT: draft.uuid })[arg] ?? arg)];
      expect(await lpfn(args, { env })).toEqual({ code: 0, stdout: `${String(answer)}\n`, stderr: '' });
      expect(await lpfn([...args, '--exit-code'], { env })).toMatchObject({
        code: answer ? 0 : 10,
        stdout: `${String(answer)}\n`,
      });
      const json = await lpfn([...args, '--json'], { env });
      expect(JSON.parse(json.stdout)).toEqual({ ok: true, result: answer, requestId: null });
      expect(emulator.requests.list({ service: 'gateway' }).every(({ ran }) => ran.length === 0)).toBe(true);
    });

    it.each([
      ['neither', [], 2, 'USAGE', {}],
      ['both', ['cli_event', '--uuid', 'x'], 2, 'USAGE', {}],
      ['a skill of a function', ['--uuid', 'x', '--skill', '1'], 2, 'USAGE', {}],
      ['an event that cannot be one', ['../x'], 2, 'INVALID_OPTION', {}],
      ['a UUID that is none', ['--uuid', 'x'], 2, 'INVALID_OPTION', {}],
      ['two events', ['a', 'b'], 2, 'USAGE', {}],
      ['no secret', ['cli_event'], 3, 'SETTING_MISSING', { LPFN_CLIENT_SECRET: '' }],
      ['a wrong secret', ['cli_event'], 4, 'GRANT_REFUSED', { LPFN_CLIENT_SECRET: 'wrong-secret-0123456789' }],
      ['an unknown account', ['cli_event'], 5, 'ACCOUNT_NOT_FOUND', { LPFN_ACCOUNT_ID: '99999999' }],
    ])('answers %s with an error', async (_what, args, code, errorCode, changed) => {
      const run = await lpfn(['is-implemented', ...args], { env: { ...env, ...changed } });
      expect(run).toMatchObject({ code, stdout: '' });
      const json = await lpfn(['is-implemented', ...args, '--json'], { env: { ...env, ...changed } });
      expect(json.code).toBe(code);
      expect(JSON.parse(json.stdout)).toMatchObject({ ok: false, error: { code: errorCode } });
    });

    it.each([
      ['403', 6, { status: 403 }, []],
      ['503', 8, { status: 503, headers: { 'retry-after': '3600' } }, []],
      ['a hanging gateway', 9, { hang: true }, ['--deadline', '3s']],
    ])('answers %s with exit code %i', async (_what, code, fault, flags) => {
      emulator.faults.add({ service: 'gateway', ...fault });
      expect((await lpfn(['is-implemented', 'cli_event', ...flags], { env })).code).toBe(code);
    });
  });
});

describe('lpfn events', () => {
  it("lists LivePerson's own, without a network or settings", async () => {
    const { code, stdout } = await lpfn(['events']);
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^controllerbot_messaging_new_conversation\tMessaging New Conversation\tController Bot\t1\tyes$/m,
    );
    const json = JSON.parse((await lpfn(['events', '--json'])).stdout) as { result: { eventId: string }[] };
    expect(json.result.length).toBeGreaterThan(10);
    expect((await lpfn(['events', 'x'])).code).toBe(2);
  });
});
