import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Emulator } from '@lp-functions/emulator';

/** Fields of Sentinel's requests and answers that are nobody's business. */
const SECRET_FIELDS = ['access_token', 'refresh_token', 'id_token', 'token', 'code', 'code_verifier', 'client_secret'];

/**
 * Every secret that went over the wire, or lies in the token store: whatever Sentinel was sent, whatever it answered.
 *
 * @param dataFolder - of the server.
 */
export function secretsOf(emulator: Emulator, dataFolder: string): ReadonlySet<string> {
  const secrets = new Set<string>([
    emulator.apps.default.clientSecret,
    ...emulator.tokens.list().map(({ token }) => token),
  ]);
  for (const { service, body, responseBody = '', headers } of emulator.requests.list()) {
    const [, bearer] = /^Bearer (.+)$/.exec(headers['authorization'] ?? '') ?? [];
    if (bearer !== undefined) secrets.add(bearer);
    if (service !== 'sentinel') continue;
    const form = new URLSearchParams(body);
    const answer = parsed(responseBody);
    for (const field of SECRET_FIELDS)
      for (const value of [form.get(field), answer[field]]) if (isText(value)) secrets.add(value);
  }
  const tokens = join(dataFolder, 'tokens');
  for (const name of (existsSync(tokens) ? readdirSync(tokens) : []).filter((file) => file.endsWith('.json'))) {
    const { accessToken, refreshToken, idToken } = (parsed(readFileSync(join(tokens, name), 'utf8'))['tokens'] ??
      {}) as Record<string, unknown>;
    for (const value of [accessToken, refreshToken, idToken]) if (isText(value)) secrets.add(value);
  }
  return secrets;
}

/** Which of the texts hold a secret: by the beginning of each, since what leaks may be cut. */
export function leaksIn(texts: readonly string[], secrets: ReadonlySet<string>): string[] {
  const beginnings = [...secrets].map((secret) => secret.slice(0, 24));
  return texts.filter((text) => beginnings.some((beginning) => text.includes(beginning)));
}

function parsed(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
