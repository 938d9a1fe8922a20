import type { Generation } from '../emulated-platform.ts';
import differences from './differences.json' with { type: 'json' };
import type { Difference } from './recording.ts';

/** Name of an entry of the documented list. */
type DifferenceName = keyof typeof differences;

/** A difference, and where it was seen. */
interface Seen extends Difference {
  readonly scenario: string;
  readonly generation: Generation;
}

/** Tells whether a difference is an instance of a documented one. */
type Rule = (seen: Seen) => boolean;

const at =
  (pattern: RegExp, ...more: readonly Rule[]): Rule =>
  (seen) =>
    pattern.test(seen.at) && more.every((rule) => rule(seen));
const during =
  (...names: readonly string[]): Rule =>
  ({ scenario }) =>
    names.some((name) => scenario.startsWith(name));
const absent: Rule = ({ ours }) => ours === null;
const added: Rule = ({ official }) => official === null;
const wasEmpty: Rule = ({ official, ours }) => official === '' && ours === null;
const on =
  (which: Generation): Rule =>
  ({ generation }) =>
    generation === which;
const either =
  (...rules: readonly Rule[]): Rule =>
  (seen) =>
    rules.some((rule) => rule(seen));
const both =
  (...rules: readonly Rule[]): Rule =>
  (seen) =>
    rules.every((rule) => rule(seen));

/** The same URL without the parameters that are empty; their order says nothing. */
const sameButEmpty: Rule = ({ official, ours }) => {
  if (typeof official !== 'string' || typeof ours !== 'string') return false;
  const parts = (url: string): string[] => url.split(/[?&]/).filter((part) => !part.endsWith('='));
  return JSON.stringify(parts(official).sort()) === JSON.stringify(parts(ours).sort());
};

const OUTCOME = /^(?:outcome|metrics)\./;

/** For every documented difference, the places where it shows. What no rule explains is an undocumented one. */
const RULES: Readonly<Record<DifferenceName, Rule>> = {
  'user-agent': either(
    at(/headers\.user-agent$/i, ({ official }) => official === 'faas-client-js@2.0.0'),
    at(/^outcome\.value$/, during('the version')),
  ),
  'domain-api': at(/^requests\.0\.(?:host|headers\.user-agent)$/, ({ official }) =>
    ['adminlogin.liveperson.net', 'got (https://github.com/sindresorhus/got)'].includes(String(official)),
  ),
  'domain-api-headers': at(/^requests\.0\.headers\.x-team$/, added),
  'token-request': either(
    at(/^requests\.\d\.body\.scope$/, wasEmpty),
    at(/^requests\.\d\.headers\.content-type$/, ({ official, ours }) => ours === `${String(official)};charset=UTF-8`),
  ),
  'one-token': at(/^requests\.(?:listDomains|appToken)$/, during('three calls at once')),
  'token-renewal': at(/^requests\.appToken$/, during('two calls, a wide margin')),
  'renewed-after-401': either(
    at(/^requests\.[34]$/, added, during('a 401', 'isImplemented: not authorized')),
    at(/retryCount$/, ({ official, ours }) => official === 0 && ours === 1),
    at(OUTCOME, during('a 401 that passes')),
  ),
  'one-run': either(
    at(/^requests\.3$/, absent, repeatedByTheOfficial()),
    at(/^outcome\.value\.(?:body|ok|status|statusText|retryCount|headers.*)/, repeatedByTheOfficial()),
  ),
  redirects: at(/^(?:requests\.3|outcome\.value\.(?:body|status|statusText|headers))$/, absent, during('a redirect')),
  'empty-parameters': either(at(/^requests\.\d\.query\.\w+$/, wasEmpty), at(/\.url$/, sameButEmpty)),
  'user-id': either(
    at(/^requests\.2\.query\.userId$/, added, during('invoke', 'isImplemented')),
    at(
      /^outcome\.value\.url$/,
      (seen) => hasUser(seen.ours) && sameButEmpty({ ...seen, ours: withoutUser(seen.ours) }),
    ),
  ),
  'event-source': either(
    at(/^requests\.\d\.query\.externalSystem$/, ({ official }) => official === 'Unknown', during('isImplemented')),
    at(/headers\.lp-eventsource$/i, added, on('v2'), during('isImplemented', 'get', 'tooling: fetch, a listing')),
  ),
  filters: at(
    /^(?:requests\.2\.query\.(?:name|userId|functionName)|outcome\.value\.(?:url|body.*))$/,
    during('getLambdas: all'),
  ),
  'listing-of-v1': at(/^(?:requests\.2\.(?:operation|path|query\.\w+)|outcome\..*)$/, on('v1'), during('getFunctions')),
  ids: at(/^(?:requests\.[12](?:\..*)?|outcome.*|metrics\.0\.error)$/, during('an id that leads', 'no id')),
  'unknown-fields': at(/^(?:requests\.2\..*|outcome\.value\..*)$/, during('fields that are no options')),
  'account-of-a-call': at(/./, during('an account on a call')),
  'identity-of-a-call': at(/./, during('an identity on a call')),
  'text-results': at(/^outcome\.value\.(?:ok|retryCount)$/, during('a plain text')),
  'failed-functions': at(
    /^(?:outcome\.error\.name|metrics\.0\.error)$/,
    ({ official, ours }) => official === 'FaaSInvokeError' && ours === 'FaaSLambdaError',
    on('v2'),
    during('a function that crashes'),
  ),
  'mapped-codes': at(/body\.errorCode$/, ({ official, ours }) => official === `${String(ours)}\t`),
  messages: at(/^outcome\.error(?:\.cause)*\.message$/),
  placeholders: at(
    /^(?:outcome\.error\.(?:name|cause\.cause)|metrics\.0\.error)$/,
    during('an error text with placeholders'),
  ),
  'no-request-in-errors': at(/\.info\.requestOptions$/, absent),
  'discovery-errors': at(
    /^(?:outcome\.error\.name|metrics\.0\.error)$/,
    ({ official, ours }) => official === 'FaaSIsImplementedError' && ours !== null,
  ),
  'unwritable-bodies': at(/^requests\.1$/, absent, during('a payload that is a circle')),
  'retry-count': at(/retryCount$/, added, ({ ours }) => ours === 0),
  'undefined-options': at(/./, during('an event template that is undefined')),
  'checked-configuration': at(/./, during('a secret that is missing', 'a number for an account')),
  'implemented-by-skill': at(
    /^(?:requests\.3|outcome\.value\.1|metrics\.1\.(?:domain|fromCache|statusCode))$/,
    during('isImplemented: with a skill, then'),
  ),
  'implemented-refused': at(
    /^outcome\.error\.cause(?:\.name|\.cause|\.info)$/,
    during('isImplemented: not', 'isImplemented: an answer'),
  ),
  'implemented-is-boolean': at(/^(?:outcome|metrics\.0\.error)$/, during('isImplemented: an answer that is a text')),
  'implemented-cache': at(/./, during('tooling: a cache for isImplemented')),
  metrics: either(
    at(/^metrics\.\d\.(?:statusCode|userId)$/, added),
    at(/^metrics\.\d\.requestDurationInMillis$/, ({ official }) => official === 'undefined'),
    at(/^metrics\.\d\.error$/, added),
  ),
  'failing-collector': at(/^outcome$/, during('tooling: a collector that throws')),
  'fresh-proofs': at(/^outcome\.value\.1$/, during('DPoP: a repeat')),
};

/** The documented differences that a difference is an instance of. */
export function explain(seen: Seen): DifferenceName[] {
  return (Object.keys(RULES) as DifferenceName[]).filter((name) => RULES[name](seen));
}

function repeatedByTheOfficial(): Rule {
  return both(
    during('a 500 after', 'a 503 that passes', 'a connection that is reset'),
    ({ scenario }) => !scenario.endsWith('idempotent'),
  );
}

function hasUser(url: unknown): boolean {
  return typeof url === 'string' && url.includes('&userId=u1');
}

function withoutUser(url: unknown): string {
  return String(url).replace('&userId=u1', '');
}
