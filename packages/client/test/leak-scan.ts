import { inspect } from 'node:util';
import { CLIENT_ID, CLIENT_SECRET, RAW_TOKEN } from './credentials.ts';

const seen: unknown[] = [];
const exposed = new Set<string>();

/** Remembers what a caller could print: an error, an event, a log line. */
export function observe(value: unknown): void {
  seen.push(value);
}

/** Names a secret of this test, beside those that every test has. */
export function expose(secret: string): void {
  exposed.add(secret);
}

const form = (text: string): string => new URLSearchParams({ v: text }).toString().slice(2);

/** The part of the Base64 of `text` that is the same wherever it stands in a longer one. */
function embedded(text: string): string[] {
  return [0, 1, 2].map((offset) =>
    Buffer.concat([Buffer.alloc(offset), Buffer.from(text)])
      .toString('base64')
      .slice(offset === 0 ? 0 : 4, -4),
  );
}

/** Fragments count, too: half a token that was cut off is a leak. */
const PATTERNS: readonly RegExp[] = [
  // JSON Web Tokens, and so every token of the emulator.
  /eyJ[\w-]{3,}/,
  new RegExp(`${RAW_TOKEN}\\d`),
  /9f8e7d|5b4a3f2e/,
  /\bBasic [A-Za-z0-9+/=]{8,}/,
  /\bBearer (?!\[secret\]|token)[\w.~+/=-]{6,}/,
  /\b[0-9a-f]{64}\b/,
];

const SECRETS: readonly string[] = [
  CLIENT_SECRET,
  encodeURIComponent(CLIENT_SECRET),
  form(CLIENT_SECRET),
  ...embedded(CLIENT_SECRET),
  ...embedded(`${CLIENT_ID}:${form(CLIENT_SECRET)}`),
];

/** Every text in which a caller, a log or a debugger could show a value. */
export function shownForms(value: unknown): string[] {
  return [
    inspect(value, { depth: 10, maxStringLength: null, maxArrayLength: null }),
    inspect(value, { depth: 10, showHidden: true, maxStringLength: null, maxArrayLength: null }),
    jsonOf(value),
    ...walked(value, new Set()),
  ];
}

/** What a text reveals, if anything. */
export function leakIn(text: string): string | undefined {
  const literal = [...SECRETS, ...exposed].find((secret) => text.includes(secret));
  return literal ?? PATTERNS.map((pattern) => pattern.exec(text)?.[0]).find((found) => found !== undefined);
}

/** What was observed since the last time, and reveals something. */
export function takeLeaks(): { readonly leak: string; readonly text: string }[] {
  const values = seen.splice(0);
  const texts = new Set(values.flatMap(shownForms));
  exposed.clear();
  return [...texts].flatMap((text) => {
    const leak = leakIn(text);
    return leak === undefined ? [] : [{ leak, text: text.slice(0, 2_000) }];
  });
}

/** How much was observed since the last time. */
export function observedCount(): number {
  return seen.length;
}

function jsonOf(value: unknown): string {
  try {
    return JSON.stringify(value) ?? '';
  } catch {
    return '';
  }
}

/** Own properties, enumerable or not, named by texts or symbols. */
function walked(value: unknown, visited: Set<unknown>): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null || visited.has(value)) return [];
  visited.add(value);
  return Reflect.ownKeys(value).flatMap((key) => {
    const inner: unknown = Object.getOwnPropertyDescriptor(value, key)?.value;
    return [...(typeof key === 'string' ? [key] : []), ...walked(inner, visited)];
  });
}
