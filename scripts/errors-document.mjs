import { formatted, markdownTable } from './markdown-document.mjs';

/** Order of the chapters, and who has to act on an error of the class. */
const CLASSES = [
  ['ConfigurationError', 'The calling code asked for something that cannot work. Thrown before anything was sent.'],
  ['TransportError', 'No usable HTTP answer came: the network, a timeout, an abort, a redirect.'],
  ['DomainDiscoveryError', 'The hosts of the account could not be found, or one that was named is not trusted.'],
  ['SentinelOAuthError', 'No token could be had.'],
  ['FaaSDetailedError', 'The platform answered, and refused or failed. The one to alert on.'],
  ['FaaSLambdaError', 'The function itself failed. The one for its author. It is a `FaaSDetailedError`, too.'],
  [
    'InvocationQueueError',
    'The queue, or the Redis below it, could not do its part; or an item of it is not what it should be.',
  ],
];

/**
 * Writes docs/errors.md.
 *
 * @param {typeof import('@lp-functions/errors').ERROR_CODES} errorCodes
 * @param {typeof import('@lp-functions/errors').PLATFORM_CODES} platformCodes
 * @param {string} file for which it is formatted
 * @returns {Promise<string>}
 */
export async function renderErrorsDocument(errorCodes, platformCodes, file) {
  const text = [
    '# Errors',
    '<!-- Written by scripts/generate-errors-doc.mjs from packages/errors. Edit the source, not this file. -->',
    'Every error has a `code`. `retryable` is true only if repeating the call now may succeed and cannot run a function a ' +
      'second time; `executed` says whether the function may have run; `fault` says who has to act; `hint` says what to do.',
    ...CLASSES.flatMap(([name, meaning]) => [`## ${name}`, meaning, tableOfCodes(errorCodes, name)]),
    '## Codes of the platform',
    'What LivePerson answers with, as `platformCode`. `v1Code` is the same condition in the spelling of V1, so that one rule ' +
      'serves both generations. Codes that are not listed pass through as they are.',
    tableOfPlatformCodes(platformCodes),
  ].join('\n\n');
  return formatted(text, file);
}

function tableOfCodes(errorCodes, errorClass) {
  const rows = Object.entries(errorCodes).filter(([, entry]) => entry.errorClass === errorClass);
  return markdownTable(
    ['code', 'what happened', 'retryable', 'what to do'],
    rows.map(([code, entry]) => [`\`${code}\``, entry.meaning, entry.retryable, entry.whatToDo]),
  );
}

function tableOfPlatformCodes(platformCodes) {
  return markdownTable(
    ['platformCode', 'generation', 'meaning', 'fault', 'may pass by itself', 'code', 'v1Code'],
    platformCodes.map((entry) => [
      `\`${entry.platformCode}\``,
      entry.platform === 'both' ? 'V1, V2' : entry.platform.toUpperCase(),
      entry.meaning,
      entry.fault,
      entry.retryable ? 'yes' : 'no',
      `\`${entry.code}\``,
      entry.v1Code === entry.platformCode ? 'the same' : `\`${entry.v1Code}\``,
    ]),
  );
}
