import { isConfigurationError, isFaaSError } from '@lp-functions/errors';

/** The facts of an error that a person wants to see, in this order. */
const FACTS = ['code', 'platformCode', 'executed', 'retryable', 'retryAfterMs', 'attempts', 'requestId'] as const;

/** Where a person sets what the libraries call by other names. */
const SET_BY: Readonly<Record<string, string>> = {
  accountId: '--account or LPFN_ACCOUNT_ID',
  clientId: '--client-id or LPFN_CLIENT_ID',
  clientSecret: 'LPFN_CLIENT_SECRET',
  baseUrl: '--discovery-url or LPFN_DISCOVERY_URL',
  discoveryUrl: '--discovery-url or LPFN_DISCOVERY_URL',
  proxy: 'HTTPS_PROXY and HTTP_PROXY',
  skillId: '--skill',
  userId: '--user-id',
  eventSource: '--event-source',
  requestId: '--request-id',
  timeoutMs: '--timeout',
  deadlineMs: '--deadline',
  eventId: '--event',
};

/**
 * An error as a person reads it on stderr: what happened, what to do, and the facts to pass on.
 *
 * @param error - anything that was thrown.
 */
export function errorText(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const hint = hintOf(error);
  const lines = [`lpfn: ${message}`];
  if (hint !== undefined) lines.push(`  → ${hint}`);
  const setBy = isConfigurationError(error) ? SET_BY[error.option] : undefined;
  if (setBy !== undefined) lines.push(`  → It is set by ${setBy}.`);
  if (isFaaSError(error)) {
    const fields = error as unknown as Readonly<Record<string, unknown>>;
    const facts = FACTS.filter((name) => fields[name] !== undefined).map((name) => `${name}=${String(fields[name])}`);
    lines.push(`  ${facts.join(' ')}`);
  }
  return lines.join('\n');
}

/**
 * An error as `--json` shows it.
 *
 * @param error - anything that was thrown.
 */
export function errorObject(error: unknown): Record<string, unknown> {
  if (isFaaSError(error)) return error.toJSON();
  const name = error instanceof Error ? error.name : 'Error';
  const message = error instanceof Error ? error.message : String(error);
  const code = (error as { readonly code?: unknown } | undefined)?.code;
  const hint = hintOf(error);
  return { name, message, code: typeof code === 'string' ? code : 'INTERNAL', ...(hint === undefined ? {} : { hint }) };
}

function hintOf(error: unknown): string | undefined {
  const hint = (error as { readonly hint?: unknown } | undefined)?.hint;
  return typeof hint === 'string' ? hint : undefined;
}
