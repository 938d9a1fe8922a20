import { isConfigurationError } from '@lp-functions/errors';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  baseUrlOf,
  createHttpClient,
  DEFAULT_HOST_POLICY,
  type HostPolicy,
  judgeHost,
  originOf,
} from '../../src/index.ts';
import { isLoopbackHost } from '../../src/host-policy.ts';

const FAR = 'https://api.liveperson.net';
const NEAR = 'http://127.0.0.1:4711';
const judge = (host: string, discoveryUrl = FAR, policy: HostPolicy = DEFAULT_HOST_POLICY) =>
  judgeHost(host, policy, discoveryUrl);

function codeOf(work: () => unknown): { code: string; option: string } | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    return isConfigurationError(error)
      ? { code: error.code, option: error.option }
      : { code: String(error), option: '' };
  }
}

describe('judgeHost', () => {
  it.each([
    ['va.faasgw.liveperson.net', 'https://va.faasgw.liveperson.net'],
    ['VA.FaaSGW.LivePerson.NET', 'https://va.faasgw.liveperson.net'],
    ['liveperson.net', 'https://liveperson.net'],
    ['a-b.liveperson.net', 'https://a-b.liveperson.net'],
    ['1.liveperson.net', 'https://1.liveperson.net'],
  ])('trusts %s', (host, origin) => {
    expect(judge(host)).toEqual({ trusted: true, origin });
  });

  it.each([
    ['evil.example'],
    ['liveperson.net.evil.example'],
    ['evilliveperson.net'],
    ['liveperson.network'],
    ['net'],
    ['user@va.faasgw.liveperson.net'],
    ['user:pass@va.faasgw.liveperson.net'],
    ['va.faasgw.liveperson.net@evil.example'],
    ['va.faasgw.liveperson.net/path'],
    ['evil.example/.liveperson.net'],
    ['evil.example#.liveperson.net'],
    ['evil.example?.liveperson.net'],
    ['evil.example\\.liveperson.net'],
    ['evil.example%2f.liveperson.net'],
    ['evil.example%00.liveperson.net'],
    ['va.faasgw.liveperson.net:8443'],
    ['https://va.faasgw.liveperson.net'],
    ['//va.faasgw.liveperson.net'],
    ['va.faasgw.liveperson.net.'],
    ['.liveperson.net'],
    ['a..liveperson.net'],
    ['-a.liveperson.net'],
    ['a-.liveperson.net'],
    ['*.liveperson.net'],
    ['a_b.liveperson.net'],
    [''],
    [' '],
    [' va.faasgw.liveperson.net'],
    ['va.faasgw.liveperson.net\n'],
    ['va.faasgw\t.liveperson.net'],
    ['evil.example\r\nhost: va.faasgw.liveperson.net'],
    [`${'a.'.repeat(200)}liveperson.net`],
    [`${'a'.repeat(64)}.liveperson.net`],
    ['10.0.0.1'],
    ['169.254.169.254'],
    ['2130706433'],
    ['0x7f.1'],
    ['0177.0.0.1'],
    ['0.0.0.0'],
    ['[2001:db8::1]'],
    ['2001:db8::1'],
    ['[::ffff:127.0.0.1]'],
    ['bücher.liveperson.net'],
    ['ﬀ.liveperson.net'],
    ['va。liveperson.net'],
    ['xn--.liveperson.net'],
    ['lıveperson.net'],
    ['livepersoN\u212Aet'],
    ['javascript:alert(1)'],
    ['__proto__'],
  ])('refuses %j from anywhere', (host) => {
    expect(judge(host)).toMatchObject({ trusted: false });
    expect(judge(host, NEAR)).toMatchObject({ trusted: false });
  });

  it('judges an ill-formed international name as the URL parser of this Node does', () => {
    const host = 'xn--a.liveperson.net';
    expect(judge(host).trusted).toBe(URL.canParse(`https://${host}`));
  });

  it.each([
    ['127.0.0.1'],
    ['127.0.0.1:8080'],
    ['127.8.9.1'],
    ['[::1]'],
    ['[::1]:8080'],
    ['localhost'],
    ['LOCALHOST:8080'],
    ['va.faasgw.localhost:8080'],
    ['.localhost'],
  ])('refuses %s, this machine, in an answer from elsewhere', (host) => {
    expect(judge(host)).toEqual({ trusted: false, reason: 'it is this machine, and the answer came from elsewhere' });
    expect(judge(host, 'https://127.0.0.1.evil.example')).toMatchObject({ trusted: false });
    expect(judge(host, 'https://localhost.evil.example')).toMatchObject({ trusted: false });
  });

  it.each([
    ['127.0.0.1', 'http://127.0.0.1'],
    ['127.0.0.1:8080', 'http://127.0.0.1:8080'],
    ['[::1]:8080', 'http://[::1]:8080'],
    ['localhost:80', 'http://localhost'],
    ['VA.faasgw.LOCALHOST:8080', 'http://va.faasgw.localhost:8080'],
    ['euwe1.fninvocations.localhost:8080', 'http://euwe1.fninvocations.localhost:8080'],
  ])('trusts %s, this machine, in an answer from this machine', (host, origin) => {
    for (const source of [NEAR, 'http://localhost:1', 'http://api.localhost:1', 'http://[::1]:1']) {
      expect(judge(host, source)).toEqual({ trusted: true, origin });
    }
    expect(judge(host, 'https://127.0.0.1:1')).toMatchObject({ trusted: true });
  });

  it('takes the scheme of the discovery URL for this machine, and https for all else', () => {
    expect(judge('localhost:8443', 'https://localhost:1')).toEqual({ trusted: true, origin: 'https://localhost:8443' });
    expect(judge('va.liveperson.net', NEAR)).toEqual({ trusted: true, origin: 'https://va.liveperson.net' });
  });

  it.each([['127.0.0.1:99999'], ['localhost:123456'], ['localhost:'], ['localhost:8080/x'], ['127.999.0.1'], ['::1']])(
    'refuses %s though it looks like this machine',
    (host) => {
      expect(judge(host, NEAR)).toMatchObject({ trusted: false });
    },
  );

  it.each([
    ['example.com', 'a.example.com', true],
    ['.example.com', 'a.example.com', true],
    ['.example.com', 'example.com', true],
    ['EXAMPLE.com', 'a.example.com', true],
    ['example.com', 'badexample.com', false],
    ['', 'example.com', false],
    ['.', 'example.com', false],
  ])('with the suffix %j, %s is trusted: %s', (suffix, host, trusted) => {
    expect(judge(host, FAR, { allowedHostSuffixes: [suffix], allowInsecureHttp: false }).trusted).toBe(trusted);
  });

  it('trusts nobody with no suffix', () => {
    expect(judge('liveperson.net', FAR, { allowedHostSuffixes: [], allowInsecureHttp: false }).trusted).toBe(false);
  });

  it('refuses an address in a spelling that is read as another, even if its suffix is allowed', () => {
    const policy = { allowedHostSuffixes: ['1', '0x1'], allowInsecureHttp: false };
    expect(judge('0x7f.1', FAR, policy).trusted).toBe(false);
    expect(judge('10.0x1', FAR, policy).trusted).toBe(false);
  });

  const piece = fc.constantFrom(
    ...[
      'liveperson.net',
      '.',
      '-',
      'xn--',
      '@',
      ':',
      '/',
      '\\',
      '#',
      '?',
      '%',
      '%2e',
      '[',
      ']',
      '::1',
      ' ',
      '\t',
      '\n',
    ],
    ...['localhost', '127.0.0.1', '0x7f', 'evil.example', 'a', 'Z', '1', '。', 'ü', '\u00ad', '\ud800', '80', 'ß'],
  );

  it('never throws, and what it trusts is read by URL as exactly that host under the suffix', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.array(piece, { maxLength: 6 }).map((pieces) => pieces.join('')),
          fc.string(),
        ),
        (host) => {
          const judgement = judge(host);
          if (!judgement.trusted) return;
          const url = new URL(judgement.origin);
          expect(url.protocol).toBe('https:');
          expect(url.origin).toBe(judgement.origin);
          expect(url.hostname).toBe(host.toLowerCase());
          expect(url.hostname === 'liveperson.net' || url.hostname.endsWith('.liveperson.net')).toBe(true);
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it('never lets an answer from this machine name another one', () => {
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 5 }).map((pieces) => pieces.join('')),
        (host) => {
          const judgement = judge(host, NEAR, { allowedHostSuffixes: [], allowInsecureHttp: true });
          if (judgement.trusted) expect(isLoopbackHost(new URL(judgement.origin).hostname)).toBe(true);
        },
      ),
      { numRuns: 2_000 },
    );
  });
});

describe('isLoopbackHost', () => {
  it.each([['127.0.0.1'], ['127.255.255.254'], ['[::1]'], ['::1'], ['localhost'], ['LOCALHOST'], ['a.b.localhost']])(
    '%s is',
    (host) => {
      expect(isLoopbackHost(host)).toBe(true);
    },
  );

  it.each([
    [''],
    ['128.0.0.1'],
    ['127.0.0.1.example'],
    ['1127.0.0.1'],
    ['localhost.example'],
    ['notlocalhost'],
    ['[::2]'],
  ])('%j is not', (host) => {
    expect(isLoopbackHost(host)).toBe(false);
  });
});

describe('originOf', () => {
  it.each([
    ['va.faasgw.liveperson.net', 'https://va.faasgw.liveperson.net'],
    ['Gateway.Example', 'https://gateway.example'],
    ['https://gateway.example', 'https://gateway.example'],
    ['https://gateway.example/', 'https://gateway.example'],
    ['http://127.0.0.1:8080', 'http://127.0.0.1:8080'],
    ['http://localhost:8080', 'http://localhost:8080'],
    ['http://gateway.localhost:8080', 'http://gateway.localhost:8080'],
    ['http://[::1]:8080', 'http://[::1]:8080'],
  ])('%s is %s', (address, origin) => {
    expect(originOf(address, DEFAULT_HOST_POLICY, 'domains.faasGW')).toBe(origin);
  });

  it.each([
    [''],
    [' '],
    ['https://'],
    ['host/path'],
    ['host?x'],
    ['host#x'],
    ['user@host'],
    ['user:pass@host'],
    ['https://user@host'],
    ['https://host/path'],
    ['https://host/?x=1'],
    ['https://host/#x'],
    ['ftp://host'],
    ['file:///etc/passwd'],
    ['javascript://host'],
    ['host:99999'],
    ['a b'],
    [' host'],
    ['ho\nst'],
    ['ho\tst'],
    ['host\\'],
    [undefined],
    [42],
  ])('%j is refused, naming the option', (address) => {
    expect(codeOf(() => originOf(address as string, DEFAULT_HOST_POLICY, 'domains.faasGW'))).toEqual({
      code: 'INVALID_OPTION',
      option: 'domains.faasGW',
    });
  });

  it.each([
    ['http://gateway.example'],
    ['http://10.0.0.1:8080'],
    ['http://localhost.example'],
    ['http://127.0.0.1.example'],
  ])('%s needs allowInsecureHttp', (address) => {
    expect(codeOf(() => originOf(address, DEFAULT_HOST_POLICY, 'domains.faasGW'))).toEqual({
      code: 'INSECURE_HTTP',
      option: 'domains.faasGW',
    });
    const open = { ...DEFAULT_HOST_POLICY, allowInsecureHttp: true };
    expect(originOf(address, open, 'domains.faasGW')).toBe(address);
  });
});

describe('baseUrlOf', () => {
  it.each([
    ['https://api.liveperson.net', 'https://api.liveperson.net'],
    ['https://api.liveperson.net/', 'https://api.liveperson.net'],
    ['https://api.liveperson.net/a/b//', 'https://api.liveperson.net/a/b'],
    ['http://127.0.0.1:8080/a', 'http://127.0.0.1:8080/a'],
  ])('%s is %s', (address, base) => {
    expect(baseUrlOf(address, DEFAULT_HOST_POLICY, 'discoveryUrl')).toBe(base);
  });

  it.each([
    ['api.liveperson.net'],
    ['/path'],
    [''],
    ['ftp://api.liveperson.net'],
    ['https://user:pass@api.liveperson.net'],
    ['https://api.liveperson.net?x=1'],
    ['https://api.liveperson.net#x'],
    [undefined],
    [{}],
  ])('%j is refused, naming the option', (address) => {
    expect(codeOf(() => baseUrlOf(address as string, DEFAULT_HOST_POLICY, 'discoveryUrl'))).toEqual({
      code: 'INVALID_OPTION',
      option: 'discoveryUrl',
    });
  });

  it('needs allowInsecureHttp for plain http: beyond this machine', () => {
    expect(codeOf(() => baseUrlOf('http://api.example', DEFAULT_HOST_POLICY, 'discoveryUrl'))?.code).toBe(
      'INSECURE_HTTP',
    );
  });

  it('gives what it accepts a form to which a path can be appended', () => {
    fc.assert(
      fc.property(fc.webUrl(), (address) => {
        const base = baseUrlOf(address, { ...DEFAULT_HOST_POLICY, allowInsecureHttp: true }, 'discoveryUrl');
        expect(new URL(`${base}/x`).origin).toBe(new URL(address).origin);
      }),
    );
  });
});

describe('the hostPolicy option of createHttpClient', () => {
  it('is completed with the defaults', () => {
    expect(createHttpClient().hostPolicy).toEqual(DEFAULT_HOST_POLICY);
    expect(
      createHttpClient({ hostPolicy: { allowInsecureHttp: true, allowedHostSuffixes: undefined } }).hostPolicy,
    ).toEqual({
      allowedHostSuffixes: ['liveperson.net'],
      allowInsecureHttp: true,
    });
    expect(createHttpClient({ hostPolicy: { allowedHostSuffixes: ['.Example.com'] } }).hostPolicy).toEqual({
      allowedHostSuffixes: ['.Example.com'],
      allowInsecureHttp: false,
    });
  });

  it.each([
    [null, 'hostPolicy', 'INVALID_OPTION'],
    [{ allowedHostSuffixes: 'liveperson.net' }, 'allowedHostSuffixes', 'INVALID_OPTION'],
    [{ allowedHostSuffixes: [''] }, 'allowedHostSuffixes', 'INVALID_OPTION'],
    [{ allowedHostSuffixes: ['*.liveperson.net'] }, 'allowedHostSuffixes', 'INVALID_OPTION'],
    [{ allowedHostSuffixes: [/liveperson/] }, 'allowedHostSuffixes', 'INVALID_OPTION'],
    [{ allowInsecureHttp: 'yes' }, 'allowInsecureHttp', 'INVALID_OPTION'],
    [{ allowInsecure: true }, 'allowInsecure', 'UNKNOWN_OPTION'],
  ])('%j is refused', (hostPolicy, option, code) => {
    expect(codeOf(() => createHttpClient({ hostPolicy: hostPolicy as never }))).toEqual({ code, option });
  });
});
