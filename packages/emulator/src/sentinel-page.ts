import { htmlReply, type Reply } from './reply.ts';

const STYLE = `body{font:16px/1.5 system-ui,sans-serif;background:#f4f5f7;color:#1c1d21;display:grid;place-items:center;min-height:100vh;margin:0}
main{background:#fff;padding:2rem;border-radius:8px;box-shadow:0 1px 8px #0002;width:min(22rem,90vw)}h1{font-size:1.2rem;margin-top:0}
label{display:block;margin:.75rem 0}input{display:block;width:100%;box-sizing:border-box;padding:.5rem;font:inherit}
button{padding:.5rem 1rem;font:inherit;margin:.25rem .25rem .25rem 0}p.error{color:#a4161a}small{color:#5c5f66}`;

const HEADERS: Readonly<Record<string, string>> = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

/** Shows the login page. */
export function loginPage(
  status: number,
  page: {
    readonly accountId: string;
    readonly appName: string;
    readonly loginNames: readonly string[];
    readonly error?: string | undefined;
  },
): Reply {
  const buttons = page.loginNames.map(
    (name) => `<button name="as" value="${escaped(name)}" formnovalidate>${escaped(name)}</button>`,
  );
  return sentinelPage(
    status,
    'Sign in',
    `${page.error === undefined ? '' : `<p class="error" role="alert">${escaped(page.error)}</p>`}
<p>Account ${escaped(page.accountId)}, for <strong>${escaped(page.appName)}</strong></p>
<form method="post"><label>Login name <input name="loginName" autocomplete="username" required autofocus></label>
<label>Password <input name="password" type="password" autocomplete="current-password" required></label><button>Sign in</button></form>
<form method="post"><small>This is an emulator; sign in without a password as</small><br>${buttons.join('')}</form>`,
  );
}

/** Shows a page of Sentinel's: for a person, where no redirect is possible. */
export function sentinelPage(status: number, title: string, content: string): Reply {
  const head = `<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escaped(title)}</title><style>${STYLE}</style>`;
  return htmlReply(
    status,
    `<!doctype html><html lang="en">${head}<main><h1>${escaped(title)}</h1>${content}</main></html>`,
    HEADERS,
  );
}

/** Makes text safe in HTML content and attributes. */
function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}
