/** What a browser is shown when it comes back from a login. */
export interface CallbackPage {
  readonly status: number;
  readonly html: string;
}

/** Nothing is loaded, framed, kept or passed on: the address of the page holds a code. */
export const CALLBACK_PAGE_HEADERS: Readonly<Record<string, string>> = {
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-store',
  'content-security-policy':
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'; base-uri 'none'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

const STYLE = `:root{color-scheme:light dark;--ink:#1d2433;--soft:#5b6472;--card:#fff;--back:#f3f4f7;--line:#d9dde5}
@media (prefers-color-scheme:dark){:root{--ink:#eceef3;--soft:#a5adba;--card:#1c212b;--back:#12151b;--line:#323947}}
*{box-sizing:border-box}body{margin:0;min-height:100vh;display:grid;place-items:center;padding:1rem;background:var(--back);
color:var(--ink);font:16px/1.5 system-ui,sans-serif}
main{width:min(30rem,100%);padding:2rem;background:var(--card);border:1px solid var(--line);border-radius:12px}
h1{margin:0 0 .75rem;font-size:1.35rem;line-height:1.3}p{margin:.5rem 0 0}p.soft{color:var(--soft)}
code{font-family:ui-monospace,monospace;font-size:.92em;overflow-wrap:anywhere}`;

/**
 * The login has worked.
 *
 * @param user - who logged in.
 * @param accountId - where.
 */
export function loggedInPage(user: string, accountId: string): CallbackPage {
  return page(200, 'You are logged in', [
    `<p>User <code>${escaped(user)}</code> of account <code>${escaped(accountId)}</code>.</p>`,
    '<p class="soft">lpfn goes on in the terminal. You can close this window.</p>',
  ]);
}

/**
 * The login has ended without success.
 *
 * @param message - why; whoever wrote it, it is shown as text.
 * @param hint - what to do about it.
 */
export function loginFailedPage(message: string, hint: string | undefined): CallbackPage {
  return page(400, 'You are not logged in', [
    `<p>${escaped(message)}</p>`,
    ...(hint === undefined ? [] : [`<p>${escaped(hint)}</p>`]),
    '<p class="soft">The terminal says the same. Run <code>lpfn login</code> again when that is settled.</p>',
  ]);
}

/** Somebody came back who was not sent: the login goes on waiting. */
export function notTheAnswerPage(): CallbackPage {
  return page(400, 'This is not the answer to the login', [
    '<p>The address does not belong to the login that lpfn is waiting for. Nothing of it was used.</p>',
    '<p class="soft">Go on in the window that lpfn opened, or open the address that it printed.</p>',
  ]);
}

function page(status: number, title: string, content: readonly string[]): CallbackPage {
  const head = [
    '<meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">',
    `<title>lpfn: ${escaped(title)}</title><link rel="icon" href="data:,"><style>${STYLE}</style>`,
  ].join('');
  const html = `<!doctype html><html lang="en"><head>${head}</head><body><main><h1>${escaped(title)}</h1>${content.join('')}</main></body></html>`;
  return { status, html };
}

function escaped(text: string): string {
  const entities: Readonly<Record<string, string>> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&#39;',
  };
  return text.replaceAll(/[&<>"']/g, (character) => entities[character] ?? '');
}
