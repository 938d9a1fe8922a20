import { isSecretName, parseJsonObject } from '@lp-functions/http';

const MASK = '[secret]';

/**
 * The body of an invocation as it may be shown: values of headers that are named like secrets are masked, the payload is not.
 *
 * @param body - as it is sent.
 * @returns its JSON, or the text if it is none.
 */
export function maskedInput(body: string): unknown {
  const input = parseJsonObject(body);
  if (input === undefined) return body;
  const { headers } = input;
  return { ...input, ...(Array.isArray(headers) ? { headers: headers.map(maskedHeader) } : {}) };
}

function maskedHeader(header: unknown): unknown {
  const { key } = Object(header) as { readonly key?: unknown };
  if (typeof key !== 'string' || !isSecretName(key) || /^idempotency-key$/i.test(key)) return header;
  return { ...(header as object), value: MASK };
}

/** Fields in which Sentinel takes and gives credentials; a code is one until it is exchanged. */
function isCredential(name: string): boolean {
  return name !== 'token_type' && (isSecretName(name) || name === 'code' || name === 'code_verifier');
}

/**
 * A body of Sentinel's as it may be shown, form or JSON, and the values that were masked in it: they must not show up elsewhere either.
 *
 * @param body - as it is sent or received.
 */
export function maskedCredentials(body: string): { readonly text: string; readonly secrets: readonly string[] } {
  const json = parseJsonObject(body);
  const fields = json === undefined ? [...new URLSearchParams(body)] : Object.entries(json);
  const secrets = fields.flatMap(([name, value]) => (isCredential(name) && typeof value === 'string' ? [value] : []));
  if (secrets.length === 0) return { text: body, secrets };
  const masked = fields.map(([name, value]) => [name, isCredential(name) ? MASK : value] as const);
  if (json !== undefined) return { text: JSON.stringify(Object.fromEntries(masked)), secrets };
  return { text: masked.map(([name, value]) => `${name}=${String(value)}`).join('&'), secrets };
}
