import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { accountId, refreshAll, tell } from './console-state.ts';
import { ask, messageOf, pathOf } from './emulator-api.ts';
import type { UserView } from './emulator-views.ts';
import { Badge, Problem, ViewHeader } from './panel-parts.tsx';
import { perform } from './perform.ts';
import { SecretText } from './secret-text.tsx';
import { useArea } from './use-area.ts';
import { usePending } from './use-pending.ts';

const PERMISSIONS = ['FaaS-Invocation', 'FaaS-Developer', 'FaaS-Admin'];

/** The account's users, and what they may do. */
export function UsersView(): JSX.Element {
  const base = `/accounts${pathOf(accountId.value)}/users`;
  const users = useArea<readonly UserView[]>('users', accountId.value === '' ? undefined : base);
  return (
    <div class="view">
      <ViewHeader title="Users" about="Who can sign in. Permissions count at once, also for tokens that a user has." />
      <Problem text={users.problem} />
      <div class="table-box" tabIndex={0} role="region" aria-label="Table of users">
        <table class="stack">
          <thead>
            <tr>
              <th>Login name</th>
              <th>User id</th>
              <th>Password</th>
              <th>Permissions</th>
              <th>
                <span class="unseen">Actions</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {users.value?.map((user) => (
              <UserRow key={user.userId} user={user} base={base} />
            ))}
          </tbody>
        </table>
      </div>
      <AddUser base={base} />
    </div>
  );
}

function UserRow({ user, base }: { readonly user: UserView; readonly base: string }): JSX.Element {
  const { loginName } = user;
  const { value: permissions, change } = usePending(user.permissions);
  const password = async (): Promise<string> => {
    const all = await ask<readonly UserView[]>('GET', `${base}?secrets=shown`);
    return all.find(({ userId }) => userId === user.userId)?.password ?? '';
  };
  const set = (permission: string, granted: boolean): void => {
    const wanted = granted ? [...permissions, permission] : permissions.filter((held) => held !== permission);
    const path = `${base}${pathOf(loginName)}/permissions`;
    change(wanted, () =>
      perform(() => ask('PUT', path, { permissions: wanted }), `Changed the permissions of ${loginName}.`),
    );
  };
  return (
    <tr>
      <td class="primary-cell">
        {loginName}
        {user.isAdmin ? <Badge tone="accent">admin</Badge> : null}
      </td>
      <td data-label="User id" class="mono">
        {user.userId}
      </td>
      <td data-label="Password">
        <SecretText what={`password of ${loginName}`} fetchSecret={password} />
      </td>
      <td data-label="Permissions">
        <fieldset class="checks">
          <legend class="unseen">Permissions of {loginName}</legend>
          {PERMISSIONS.map((permission) => (
            <label key={permission}>
              <input
                type="checkbox"
                checked={permissions.includes(permission)}
                onChange={(event) => set(permission, event.currentTarget.checked)}
              />
              {permission}
            </label>
          ))}
        </fieldset>
      </td>
      <td class="row-actions">
        <button
          type="button"
          class="button"
          aria-label={`Sign in as ${loginName}`}
          onClick={() =>
            void perform(() => ask('POST', `${base}${pathOf(loginName)}/tokens`, {}), `${loginName} has tokens now.`)
          }
        >
          Sign in
        </button>
      </td>
    </tr>
  );
}

function AddUser({ base }: { readonly base: string }): JSX.Element {
  const [loginName, setLoginName] = useState('');
  const [permissions, setPermissions] = useState<readonly string[]>(['FaaS-Invocation']);
  const [problem, setProblem] = useState<string | undefined>(undefined);
  const add = async (): Promise<void> => {
    try {
      await ask('POST', base, { loginName, permissions });
      setProblem(undefined);
      setLoginName('');
      tell(`Added ${loginName}.`);
      refreshAll();
    } catch (error) {
      setProblem(messageOf(error));
    }
  };
  return (
    <form
      class="card"
      aria-label="Add a user"
      onSubmit={(event) => {
        event.preventDefault();
        void add();
      }}
    >
      <header class="card-header">
        <h2>Add a user</h2>
      </header>
      <div class="fields">
        <label>
          Login name
          <input
            type="text"
            required
            autocomplete="off"
            placeholder="someone@example.com"
            value={loginName}
            onInput={(event) => setLoginName(event.currentTarget.value)}
          />
        </label>
        <fieldset class="checks">
          <legend>Permissions</legend>
          {PERMISSIONS.map((permission) => (
            <label key={permission}>
              <input
                type="checkbox"
                checked={permissions.includes(permission)}
                onChange={({ currentTarget: { checked } }) =>
                  setPermissions(
                    checked ? [...permissions, permission] : permissions.filter((held) => held !== permission),
                  )
                }
              />
              {permission}
            </label>
          ))}
        </fieldset>
      </div>
      <Problem text={problem} />
      <div class="actions">
        <button type="submit" class="button primary" disabled={loginName === ''}>
          Add
        </button>
      </div>
    </form>
  );
}
