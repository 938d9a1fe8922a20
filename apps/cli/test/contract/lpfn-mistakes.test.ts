import { expect, it } from 'vitest';
import { lpfn } from '../lpfn-process.ts';

it.each([
  ['help nosuch', "unknown command 'nosuch'", 'See "lpfn --help".'],
  ['help invok', "unknown command 'invok'", 'Did you mean invoke? See "lpfn --help".'],
  ['nosuch', "unknown command 'nosuch'", 'See "lpfn --help".'],
  ['functions foo', "unknown command 'foo'", 'There are: list, show. See "lpfn functions --help".'],
  ['functions help foo', "unknown command 'foo'", 'There are: list, show. See "lpfn functions --help".'],
  ['help functions foo', "unknown command 'foo'", 'There are: list, show. See "lpfn functions --help".'],
  ['functions lst', "unknown command 'lst'", 'Did you mean one of list, ls? See "lpfn functions --help".'],
  ['queue dead lst', "unknown command 'lst'", 'Did you mean list? See "lpfn queue dead --help".'],
  ['invoke --bogus', "unknown option '--bogus'", 'See "lpfn invoke --help".'],
  ['invoke --dat 1', "unknown option '--dat'", 'Did you mean --data? See "lpfn invoke --help".'],
  ['profile use', "missing required argument 'name'", 'See "lpfn profile use --help".'],
  [
    'invoke x --timeout soon',
    "option '--timeout <duration>' argument 'soon' is invalid. It must be a duration such as 30 (seconds), 30s, 500ms or 2m.",
    'See "lpfn invoke --help".',
  ],
])('a mistake is told as every other error, and points at the help of its command: %s', async (line, message, hint) => {
  const args = line.split(' ');
  const told = { code: 2, stdout: '', stderr: `lpfn: ${message}\n  → ${hint}\n` };
  expect(await lpfn(args)).toEqual(told);
  const json = await lpfn([...args, '--json']);
  expect({ ...json, stdout: JSON.parse(json.stdout) as unknown }).toEqual({
    code: 2,
    stderr: '',
    stdout: { ok: false, error: { name: 'UsageError', code: 'USAGE', message, hint }, requestId: null },
  });
});

it.each([
  ['help functions list', 'lpfn functions list'],
  ['help queue dead retry', 'lpfn queue dead retry'],
  ['queue help dead list', 'lpfn queue dead list'],
  ['--quiet help profile add', 'lpfn profile add'],
  ['--profile staging help functions list', 'lpfn functions list'],
  ['help --profile staging functions list', 'lpfn functions list'],
  ['help functions list --profile staging', 'lpfn functions list'],
  ['--profile help help functions list', 'lpfn functions list'],
  ['help functions ls --json', 'lpfn functions list'],
  ['help invoke echo', 'lpfn invoke'],
])('help is of the command that is asked about, however deep: %s', async (line, command) => {
  const help = await lpfn(line.split(' '), {});
  expect(help).toMatchObject({ code: 0, stderr: '' });
  expect(help.stdout).toContain(`Usage: ${command}`);
});

it('a profile may be called help', async () => {
  const { code, stderr } = await lpfn(['--profile', 'help', 'functions', 'list'], {});
  expect(code).toBe(3);
  expect(stderr).toContain('help');
});

it.each([['--help --json'], ['--json --help'], ['--json help'], ['invoke --help --json'], ['--json help events']])(
  'help is one object with --json: %s',
  async (line) => {
    const { code, stdout, stderr } = await lpfn(line.split(' '));
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(JSON.parse(stdout)).toEqual({
      ok: true,
      result: { help: expect.stringMatching(/^Usage: lpfn/) },
      requestId: null,
    });
  },
);

it.each([['--version --json'], ['--json --version'], ['-V --json'], ['version --json']])(
  'the version is one object with --json: %s',
  async (line) => {
    const { code, stdout, stderr } = await lpfn(line.split(' '));
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(JSON.parse(stdout)).toMatchObject({ ok: true, result: { version: '0.1.0', node: process.versions.node } });
  },
);

it('without a command, help is on stderr; with --json it is a mistake', async () => {
  const bare = await lpfn(['functions']);
  expect(bare).toMatchObject({ code: 2, stdout: '', stderr: expect.stringMatching(/^Usage: lpfn functions/) });
  const { error } = JSON.parse((await lpfn(['functions', '--json'])).stdout) as { error: unknown };
  expect(error).toMatchObject({ message: 'no command was given', hint: 'See "lpfn functions --help".' });
});
