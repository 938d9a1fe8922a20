import { guideFolders } from './guide.mjs';
import { markdownTable } from '../markdown-document.mjs';
import { VARIABLES } from './variables.mjs';

/** docs/postman/README.md, before it is formatted. What depends on the collection is read from it. */
export function postmanReadme() {
  return `# LivePerson Functions in Postman

<!-- Written by scripts/generate-postman.mjs. Edit the sources in scripts/postman, not this file. -->

The whole way from an account to a result, request by request: hosts, a token by either grant, refresh, invoke by UUID and by event, readiness, listing, failures, sign-out. To see what goes over
the wire, to find out which of your settings is wrong, and to compare with what your own code sends. Unofficial. The collections are run against the
[emulator](../../packages/emulator/README.md) in this repository’s tests.

## Import

In Postman: Import, then one collection and one environment of these.

${markdownTable(
  ['file', 'for'],
  [
    ['[`functions-v1.postman_collection.json`](functions-v1.postman_collection.json)', 'accounts on generation V1'],
    ['[`functions-v2.postman_collection.json`](functions-v2.postman_collection.json)', 'accounts on generation V2'],
    ['[`liveperson.postman_environment.json`](liveperson.postman_environment.json)', 'your account'],
    ['[`emulator.postman_environment.json`](emulator.postman_environment.json)', '`lpfn emulator` on this machine'],
  ],
)}

Which generation an account is on is what request 1.1 tells. To try it without an account, \`lpfn emulator --functions DIR\` prints client id and client secret (the same for both apps
below) and the functions' UUIDs. Add \`--platform v1\` for V1.

## Fill in

In the environment, as current values. Secrets are of Postman’s type “secret”; leave their initial values empty, since those are shared with your team. The files here contain none.

${markdownTable(
  ['variable', 'what it is', 'secret'],
  VARIABLES.filter(({ filledIn }) => filledIn === 'by you').map(({ name, meaning, secret }) => [
    `\`${name}\``,
    meaning,
    secret === true ? 'yes' : '',
  ]),
)}

The requests fill in the rest: ${VARIABLES.filter(({ filledIn }) => filledIn !== 'by you')
    .map(({ name }) => `\`${name}\``)
    .join(', ')}. They are the only place where tokens are kept.

## Send

From top to bottom; each request checks its answer, and says in the test results what is wrong with it.

${markdownTable(
  ['request', 'what it shows'],
  guideFolders('v2').flatMap((folder) => [
    [`**${folder.name}**`, folder.shows],
    ...folder.requests.map(({ name, shows }) => [name, `${shows}.`]),
  ]),
)}

V1 and V2 differ in three things: V1 sends \`v=1\` and \`externalSystem\` where V2 sends the header \`LP-EventSource\`; the listing is at \`/lambdas\` on V1 and at \`/functions\` on V2; and refusals have
\`errorCode\` and \`errorMsg\` on V1, \`code\` and \`message\` on V2.

## The login

Request 3.1 makes \`state\` and a PKCE verifier, and writes the address to open into Postman’s console (View, Show Postman Console). After the login the browser ends at your redirect URI; nothing has to listen
there. Paste that address as it is into \`callback_url\`, and send 3.3, within ten minutes. Its state is compared first: the answer of another login is not used. A code is good once.

If Postman is to open the login window itself, as in step 6 of LivePerson’s guide for V1, use the Authorization tab of request 4.4: all of its fields are filled in.

## From a command line

[newman](https://github.com/postmanlabs/newman) runs a collection without Postman. With the emulator running (the secret is the emulator’s: a real one does not belong on a command line, put it into a copy of the environment
that only you can read, outside of any repository):

\`\`\`sh no-run
npx newman run docs/postman/functions-v2.postman_collection.json \\
  --environment docs/postman/emulator.postman_environment.json \\
  --env-var discovery_url="$LPFN_DISCOVERY_URL" \\
  --env-var app_client_id="$LPFN_CLIENT_ID" --env-var app_client_secret="$LPFN_CLIENT_SECRET" \\
  --env-var login_client_id="$LPFN_CLIENT_ID" --env-var login_client_secret="$LPFN_CLIENT_SECRET" \\
  --env-var function_uuid="$LPFN_FUNCTION_UUID"
\`\`\`

A request whose settings are empty is left out, and says so. The exit code is 1 if a check fails.

## What it does not do

- It cannot log in at LivePerson for you: there a person does, in a browser.
- It repeats nothing, renews nothing by itself, and checks no ID token. That is what the [client](../../packages/client/README.md) is for.
- What LivePerson’s documents leave open is left open: whether an app may list, for one. The check says what was answered.
`;
}
