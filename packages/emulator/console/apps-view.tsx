import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { accountId, refreshAll } from './console-state.ts';
import { ConfirmButton } from './confirm-button.tsx';
import { CopyButton } from './copy-button.tsx';
import { ask, messageOf, pathOf } from './emulator-api.ts';
import type { AppView, NewAppView } from './emulator-views.ts';
import { JsonEditor } from './json-editor.tsx';
import { parsedJson, prettyJson } from './json-text.ts';
import { Badge, Problem, ViewHeader } from './panel-parts.tsx';
import { perform } from './perform.ts';
import { SecretText } from './secret-text.tsx';
import { useArea } from './use-area.ts';

const SAMPLE = {
  client_name: 'my-app',
  display_name: 'My app',
  grant_types: ['client_credentials'],
  response_types: ['token'],
  scope: 'faas.lambda.invoke',
};
const SAMPLE_FOR_USERS = {
  client_name: 'my-web-app',
  display_name: 'My web app',
  grant_types: ['authorization_code', 'refresh_token'],
  redirect_uris: ['http://localhost:3000/callback'],
  response_types: ['code'],
  scope: 'faas.lambda.invoke',
};

/** The account's apps; a new one is registered with the JSON that a brand sends to LivePerson. */
export function AppsView(): JSX.Element {
  const base = `/accounts${pathOf(accountId.value)}/apps`;
  const apps = useArea<readonly AppView[]>('apps', accountId.value === '' ? undefined : base);
  return (
    <div class="view">
      <ViewHeader title="Apps" about="Installed apps with their credentials." />
      <Problem text={apps.problem} />
      <div class="table-box" tabIndex={0} role="region" aria-label="Table of apps">
        <table class="stack tight">
          <thead>
            <tr>
              <th>App</th>
              <th>Client id</th>
              <th>Client secret</th>
              <th>Grants</th>
              <th>Scope</th>
              <th>
                <span class="unseen">Actions</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {apps.value?.map((app) => (
              <AppRow key={app.clientId} app={app} base={base} />
            ))}
          </tbody>
        </table>
      </div>
      <RegisterApp base={base} />
    </div>
  );
}

function AppRow({ app, base }: { readonly app: AppView; readonly base: string }): JSX.Element {
  const { client_name: name, display_name: title, grant_types: grants = [], scope = '' } = app.installation;
  const secret = async (): Promise<string> => {
    const all = await ask<readonly AppView[]>('GET', `${base}?secrets=shown`);
    return all.find(({ clientId }) => clientId === app.clientId)?.clientSecret ?? '';
  };
  return (
    <tr>
      <td class="primary-cell">
        {title ?? name}
        {title === undefined ? null : <span class="sub">{name}</span>}
        {app.installation.enabled === false ? <Badge tone="warn">disabled</Badge> : null}
      </td>
      <td data-label="Client id" class="uuid">
        <code class="mono clip">{app.clientId}</code>
        <CopyButton quiet what={`client id of ${name}`} text={app.clientId} />
      </td>
      <td data-label="Client secret">
        <SecretText what={`client secret of ${name}`} fetchSecret={secret} />
      </td>
      <td data-label="Grants">{grants.length === 0 ? <span class="muted">–</span> : grants.join(', ')}</td>
      <td data-label="Scope">{scope === '' ? <span class="muted">–</span> : scope}</td>
      <td class="row-actions">
        <ConfirmButton
          label={`Remove ${name}`}
          onConfirm={() => void perform(() => ask('DELETE', `${base}${pathOf(app.clientId)}`), `Removed ${name}.`)}
        >
          Remove
        </ConfirmButton>
      </td>
    </tr>
  );
}

function RegisterApp({ base }: { readonly base: string }): JSX.Element {
  const [text, setText] = useState(prettyJson(SAMPLE));
  const [problem, setProblem] = useState<string | undefined>(undefined);
  const [registered, setRegistered] = useState<NewAppView | undefined>(undefined);
  const parsed = parsedJson(text);
  const register = async (): Promise<void> => {
    if (!parsed.ok) return;
    try {
      const { clientId, installation, warnings } = await ask<NewAppView>('POST', base, parsed.value);
      // The secret is asked for where it is shown.
      setRegistered({ clientId, clientSecret: '', installation, warnings });
      setProblem(undefined);
      refreshAll();
    } catch (error) {
      setRegistered(undefined);
      setProblem(messageOf(error));
    }
  };
  return (
    <form
      class="card"
      aria-label="Register an app"
      onSubmit={(event) => {
        event.preventDefault();
        void register();
      }}
    >
      <header class="card-header">
        <h2>Register an app</h2>
      </header>
      <p class="muted">
        App Installation JSON, as it is sent to LivePerson. The credentials are generated; all mistakes are named at
        once.
      </p>
      <JsonEditor label="App Installation JSON" value={text} onInput={setText} rows={10} />
      <Problem text={problem} />
      {registered === undefined ? null : (
        <p class="done" role="status">
          Registered {registered.installation.client_name} with client id <code>{registered.clientId}</code>.
        </p>
      )}
      {registered === undefined || registered.warnings.length === 0 ? null : (
        <div class="warning" role="status" aria-label="Warnings">
          LivePerson may take it, but:
          <ul>
            {registered.warnings.map(({ path, message }) => (
              <li key={`${path} ${message}`}>
                <code>{path}</code>: {message}
              </li>
            ))}
          </ul>
        </div>
      )}
      <div class="actions">
        <button type="submit" class="button primary" disabled={!parsed.ok}>
          Register
        </button>
        <button type="button" class="button" onClick={() => setText(prettyJson(SAMPLE))}>
          For servers
        </button>
        <button type="button" class="button" onClick={() => setText(prettyJson(SAMPLE_FOR_USERS))}>
          With user login
        </button>
      </div>
    </form>
  );
}
