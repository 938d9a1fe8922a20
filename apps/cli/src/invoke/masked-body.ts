import { isSecretName, parseJsonObject } from '@lp-functions/http';

const MASK = '[secret]';

/** A body as it may be shown. */
export interface MaskedBody<T> {
  readonly shown: T;
  /** The values that were masked: they must not show up elsewhere either. */
  readonly secrets: readonly string[];
}

/**
 * The body of an invocation as it may be shown: values of headers that are named like secrets are masked, the payload is not.
 *
 * @param body - as it is sent.
 * @returns its JSON, or the text if it is none.
 */
export function maskedInput(body: string): MaskedBody<unknown> {
  const input = parseJsonObject(body);
  const { headers } = input ?? {};
  if (!Array.isArray(headers)) return { shown: input ?? body, secrets: [] };
  const secret = headers.filter(isSecretHeader);
  const masked = headers.map((header: unknown) => (isSecretHeader(header) ? { ...header, value: MASK } : header));
  // Shorter ones would be struck out of every text.
  const secrets = secret.map(({ value }) => value).filter((value) => value.length >= MIN_SECRET_CHARACTERS);
  return { shown: { ...input, headers: masked }, secrets };
}

const MIN_SECRET_CHARACTERS = 4;

function isSecretHeader(header: unknown): header is { readonly key: string; readonly value: string } {
  const { key, value } = Object(header) as { readonly key?: unknown; readonly value?: unknown };
  return typeof key === 'string' && typeof value === 'string' && isSecretName(key);
}

/** Fields in which Sentinel takes and gives credentials; a code is one until it is exchanged. */
function isCredential(name: string): boolean {
  return name !== 'token_type' && (isSecretName(name) || name === 'code' || name === 'code_verifier');
}

/**
 * A body of Sentinel's as it may be shown, form or JSON.
 *
 * @param body - as it is sent or received.
 */
export function maskedCredentials(body: string): MaskedBody<string> {
  const json = parseJsonObject(body);
  const fields = json === undefined ? [...new URLSearchParams(body)] : Object.entries(json);
  const secrets = fields.flatMap(([name, value]) => (isCredential(name) && typeof value === 'string' ? [value] : []));
  if (secrets.length === 0) return { shown: body, secrets };
  const masked = fields.map(([name, value]) => [name, isCredential(name) ? MASK : value] as const);
  if (json !== undefined) return { shown: JSON.stringify(Object.fromEntries(masked)), secrets };
  return { shown: masked.map(([name, value]) => `${name}=${String(value)}`).join('&'), secrets };
}
