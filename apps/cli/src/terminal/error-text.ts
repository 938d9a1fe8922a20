import { type FaaSError, isConfigurationError, isFaaSError } from '@lp-functions/errors';
import { CommandError } from './command-error.ts';
import { spokenAdvice, spokenMessage } from './error-words.ts';
import { withVisibleControls } from './visible-controls.ts';

/** The facts of an error that a person wants to see, in this order. */
const FACTS = ['code', 'platformCode', 'executed', 'retryable', 'retryAfterMs', 'attempts', 'requestId'] as const;

/** Of what this program found out by itself there are no facts to pass on. */
const OWN_CODES: ReadonlySet<string> = new Set(['SETTING_MISSING', 'SETTINGS_FOLDER']);

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
  redirectUri: '--redirect-uri, or the profile',
  lambdaUuid: '--uuid',
  state: '--state',
  name: '--name',
  encryptionKeys: 'LPFN_QUEUE_KEYS',
};

/** As the libraries say it; who ends a command with Ctrl+C or SIGTERM knows of no signal of a call. */
const ABORTED = /the call was aborted by its signal/;

/** How the parts of an error stand out on a terminal. */
export interface ErrorColors {
  readonly red: (text: string) => string;
  readonly dim: (text: string) => string;
}

const PLAIN: ErrorColors = { red: String, dim: String };

/**
 * An error as a person reads it on stderr: what happened, what to do, and the facts to pass on.
 *
 * @param error - anything that was thrown.
 * @param colors - default: none.
 */
export function errorText(error: unknown, { red, dim }: ErrorColors = PLAIN): string {
  const hint = hintOf(error);
  const lines = [`${red('lpfn:')} ${withVisibleControls(messageOf(error))}`];
  if (hint !== undefined) lines.push(`  → ${withVisibleControls(hint)}`);
  const setBy = isConfigurationError(error) ? SET_BY[error.option.replace(/\[.*/, '')] : undefined;
  if (setBy !== undefined) lines.push(`  → It is set by ${setBy}.`);
  if (isFaaSError(error) && !OWN_CODES.has(error.code)) {
    const fields = error as unknown as Readonly<Record<string, unknown>>;
    const facts = FACTS.filter((name) => fields[name] !== undefined).map((name) => `${name}=${String(fields[name])}`);
    lines.push(dim(`  ${withVisibleControls(facts.join(' '))}`));
  }
  return lines.join('\n');
}

/**
 * An error as `--json` shows it.
 *
 * @param error - anything that was thrown.
 */
export function errorObject(error: unknown): Record<string, unknown> {
  if (isFaaSError(error)) {
    const hint = hintOf(error);
    return { ...error.toJSON(), message: messageOf(error), ...(hint === undefined ? {} : { hint }) };
  }
  if (describesItself(error)) return error.toJSON();
  const name = error instanceof Error ? error.name : 'Error';
  const message = messageOf(error);
  const code = (error as { readonly code?: unknown } | undefined)?.code;
  const hint = hintOf(error);
  return {
    name,
    message,
    code: typeof code === 'string' ? code : 'INTERNAL',
    ...(hint === undefined ? {} : { hint }),
    ...detailsOf(error),
  };
}

function detailsOf(error: unknown): Readonly<Record<string, unknown>> | undefined {
  return error instanceof CommandError ? error.details : undefined;
}

/**
 * What happened, as a person reads it.
 *
 * @param error - anything that was thrown.
 */
export function messageOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  if (!isFaaSError(error)) return message;
  return spokenMessage(message.replace(ABORTED, 'interrupted'), {
    operation: error.operation,
    option: isConfigurationError(error) ? error.option : undefined,
  });
}

/** An error of this program with more to tell than its message. */
function describesItself(error: unknown): error is { toJSON(): Record<string, unknown> } {
  return error instanceof Error && 'toJSON' in error && typeof error.toJSON === 'function';
}

function hintOf(error: unknown): string | undefined {
  if (isFaaSError(error)) return interruptedHint(error) ?? spokenAdvice(error.code, error.hint);
  const hint = (error as { readonly hint?: unknown } | undefined)?.hint;
  return typeof hint === 'string' ? hint : undefined;
}

/** Whoever interrupts a call has to know whether the function may have run. */
function interruptedHint({ code, executed, operation }: FaaSError): string | undefined {
  if (code !== 'ABORTED' || !/^invoke/.test(operation ?? '')) return undefined;
  return executed === 'no'
    ? 'The function has not run: nothing was sent to it.'
    : 'The function may have run, or be running still: look before you call it again.';
}
