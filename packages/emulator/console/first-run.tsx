import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { accountId, functions, refreshAll, tell } from './console-state.ts';
import { CopyButton } from './copy-button.tsx';
import { ask, messageOf, pathOf } from './emulator-api.ts';
import type { AppView, Status } from './emulator-views.ts';
import { environmentText, SHELLS, THREE_LINES, type Shell } from './environment-text.ts';
import { goTo } from './location-route.ts';
import { EmptyState } from './panel-parts.tsx';
import { MASK } from './shell-text.ts';

const EXAMPLE = {
  name: 'hello',
  description: 'Greets whoever is named in the payload.',
  code: "async function lambda(input) {\n  console.info('called with', input.payload);\n  return { greeting: `Hello ${input.payload.name ?? 'there'}` };\n}\n",
};

/** What a newcomer pastes to make a first call: the environment, and three lines. */
export function FirstRun({
  status,
  app,
}: {
  readonly status: Status | undefined;
  readonly app: AppView | undefined;
}): JSX.Element | null {
  const [shell, setShell] = useState<Shell>('sh');
  const first = functions.value?.find(({ eventId }) => eventId === undefined) ?? functions.value?.[0];
  if (status === undefined || app === undefined) return null;
  const variables = (clientSecret: string): Readonly<Record<string, string>> => ({
    LPFN_DISCOVERY_URL: status.discoveryUrl,
    LPFN_ACCOUNT_ID: accountId.value,
    LPFN_CLIENT_ID: app.clientId,
    LPFN_CLIENT_SECRET: clientSecret,
    ...(first === undefined ? {} : { LPFN_FUNCTION_UUID: first.uuid }),
  });
  const withSecret = async (): Promise<string> => {
    const apps = await ask<readonly AppView[]>('GET', `/accounts${pathOf(accountId.value)}/apps?secrets=shown`);
    const found = apps.find(({ clientId }) => clientId === app.clientId);
    return environmentText(variables(found?.clientSecret ?? ''), shell);
  };
  return (
    <section class="card" aria-label="Call it from your code">
      <header class="card-header">
        <h2>Call it from your code</h2>
      </header>
      <div class="step">
        <div class="step-title">
          <h3>1. The environment</h3>
          <div class="segmented" role="group" aria-label="Shell">
            {SHELLS.map((name) => (
              <button key={name} type="button" aria-pressed={name === shell} onClick={() => setShell(name)}>
                {name}
              </button>
            ))}
          </div>
          <CopyButton what="the environment, with the client secret" text={withSecret}>
            Copy with secret
          </CopyButton>
        </div>
        <pre tabIndex={0} role="region" aria-label="Environment variables">
          {environmentText(variables(MASK), shell)
            .replaceAll(`"${MASK}"`, '••••••••')
            .replaceAll(`'${MASK}'`, "'••••••••'")}
        </pre>
      </div>
      <div class="step">
        <div class="step-title">
          <h3>2. Three lines</h3>
          <CopyButton what="the three lines" text={THREE_LINES}>
            Copy
          </CopyButton>
        </div>
        <pre tabIndex={0} role="region" aria-label="Three lines of code">
          {THREE_LINES}
        </pre>
        <p class="muted">
          After <code>npm install @lp-functions/client</code>. From a terminal:{' '}
          <code>lpfn invoke $LPFN_FUNCTION_UUID</code>.
        </p>
      </div>
      {functions.value?.length === 0 ? <NoFunctions /> : null}
    </section>
  );
}

/** How to get a function where there is none. */
export function NoFunctions(): JSX.Element {
  const add = async (): Promise<void> => {
    try {
      await ask('POST', `/accounts${pathOf(accountId.value)}/functions`, EXAMPLE);
      refreshAll();
      goTo('functions', EXAMPLE.name);
    } catch (error) {
      tell(messageOf(error), 'bad');
    }
  };
  return (
    <EmptyState title="No functions yet">
      <p class="muted">
        Start the emulator with <code>--functions DIR</code>, a folder in the layout of LivePerson&apos;s own CLI, or
        try it with an example.
      </p>
      <button type="button" class="button primary" onClick={() => void add()}>
        Add an example function
      </button>
    </EmptyState>
  );
}
