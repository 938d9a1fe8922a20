import { describe, expect, test } from 'vitest';
import { readSettings, SettingsError } from '../../src/settings.ts';

const ENOUGH = {
  LPFN_ACCOUNT_ID: '12345678',
  LPFN_CLIENT_ID: 'id',
  LPFN_CLIENT_SECRET: 'secret',
  EXAMPLE_SESSION_SECRETS: 'x'.repeat(32),
};

function problemsOf(environment: Readonly<Record<string, string | undefined>>): string {
  try {
    readSettings(environment);
  } catch (error) {
    expect(error).toBeInstanceOf(SettingsError);
    return (error as Error).message;
  }
  throw new Error('expected the settings to be refused');
}

describe('settings', () => {
  test('that are enough leave the rest to defaults', () => {
    expect(readSettings({ ...ENOUGH, EXAMPLE_PORT: '', PATH: '/bin' })).toMatchObject({
      publicUrl: 'http://localhost:3000',
      host: '127.0.0.1',
      port: 3000,
      trustedProxies: [],
      serverFunctions: [],
      telemetry: false,
      discoveryUrl: undefined,
    });
  });

  test('are read as lists where there may be several', () => {
    const [first, second] = ['6b1d5f0e-3c0a-4b52-9f0e-2a1f6d1c7e55', '00000000-0000-4000-8000-000000000000'];
    const settings = readSettings({
      ...ENOUGH,
      EXAMPLE_PUBLIC_URL: 'https://app.example',
      EXAMPLE_TRUSTED_PROXIES: '10.0.0.1, 10.0.0.2',
      EXAMPLE_SESSION_SECRETS: `${'new'.repeat(11)}, ${'old'.repeat(11)}`,
      EXAMPLE_SERVER_FUNCTIONS: `Quote=${first}, Order=${second}`,
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318',
      HTTPS_PROXY: 'proxy.example:3128',
      LPFN_REDIS_URL: 'rediss://user:word@redis.example:6380/1',
      LPFN_QUEUE_KEYS: `k2:${'A'.repeat(43)}=, k1:${'_'.repeat(43)}`,
    });
    expect(settings).toMatchObject({
      trustedProxies: ['10.0.0.1', '10.0.0.2'],
      sessionSecrets: ['new'.repeat(11), 'old'.repeat(11)],
      serverFunctions: [
        { name: 'Quote', uuid: first },
        { name: 'Order', uuid: second },
      ],
      telemetry: true,
      redisUrl: 'rediss://user:word@redis.example:6380/1',
      queueKeys: [
        { id: 'k2', secret: `${'A'.repeat(43)}=` },
        { id: 'k1', secret: '_'.repeat(43) },
      ],
      proxy: { httpsProxy: 'http://proxy.example:3128' },
    });
  });

  test.each([
    ['LPFN_ACCOUNT_ID', undefined, 'is not set'],
    ['LPFN_CLIENT_SECRET', '', 'is not set'],
    ['LPFN_DISCOVERY_URL', 'nowhere', 'must be a URL'],
    ['EXAMPLE_PUBLIC_URL', 'https://app.example/path', 'must be an origin'],
    ['EXAMPLE_PUBLIC_URL', 'https://app.example/', 'must be an origin'],
    ['EXAMPLE_PUBLIC_URL', 'app.example', 'must be an origin'],
    ['EXAMPLE_PUBLIC_URL', 'http://app.example', 'must be https:'],
    ['EXAMPLE_PORT', '65536', 'must be a port number'],
    ['EXAMPLE_PORT', 'http', 'must be a port number'],
    ['EXAMPLE_SESSION_SECRETS', undefined, 'is not set'],
    ['EXAMPLE_SESSION_SECRETS', `${'x'.repeat(32)},short`, 'at least 32 characters'],
    ['EXAMPLE_SERVER_FUNCTIONS', 'Quote', 'must be NAME=UUID'],
    ['EXAMPLE_LOGINS_PER_MINUTE', '0', 'must be a whole number above 0'],
    ['LPFN_REDIS_URL', 'https://redis.example', 'must be a URL of redis: or rediss:'],
    ['LPFN_REDIS_URL', 'redis.example:6379', 'must be a URL of redis: or rediss:'],
    ['LPFN_QUEUE_KEYS', 'k1:c2hvcnQ=', 'must be ID:BASE64'],
    ['EXAMPLE_LOGINS_PER_MINUTE', '1.5', 'must be a whole number above 0'],
    ['EXAMPLE_TRUSTED_PROXIES', 'garbage', 'must be addresses'],
    ['EXAMPLE_TRUSTED_PROXIES', '10.0.0.0/33', 'must be addresses'],
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'garbage', 'must be a URL'],
    ['EXAMPLE_LOG_LEVEL', 'loud', 'must be one of'],
    ['EXAMPLE_DRAIN_SECONDS', 'long', 'must be a number of seconds, 600 at most'],
  ])('%s=%s is refused by name: %s', (name, value, problem) => {
    const message = problemsOf({ ...ENOUGH, [name]: value });
    expect(message).toMatch(new RegExp(`\\n  ${name} .*${problem.replaceAll(/[()]/g, '\\$&')}`));
    if (value !== undefined && value.length > 4) expect(message).not.toContain(value);
  });

  test('https needs to know who ends TLS: without, no cookie would be set', () => {
    expect(problemsOf({ ...ENOUGH, EXAMPLE_PUBLIC_URL: 'https://app.example' })).toContain(
      '\n  EXAMPLE_TRUSTED_PROXIES is not set',
    );
  });

  test('all that is wrong is told at once', () => {
    expect(problemsOf({}).split('\n')).toHaveLength(5);
  });
});
