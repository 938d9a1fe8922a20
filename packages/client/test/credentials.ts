/** Of the app in every suite. Its signs are those that careless encoding breaks, and that hide it from a careless search. */
export const CLIENT_ID = 'client-0d3f';
export const CLIENT_SECRET = 's+e/c&r%=#\'ü"-9f8e7d6c5b4a3f2e1d0c';

/** What every access token of {@link startRawPlatform} begins with. */
export const RAW_TOKEN = 'raw-token-';
