import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import { accountId } from './console-state.ts';
import { ConfirmButton } from './confirm-button.tsx';
import { ask, pathOf } from './emulator-api.ts';
import type { AppView, TokenView, UserView } from './emulator-views.ts';
import { useEmulatorTime } from './emulator-time.ts';
import { Badge, EmptyState, Problem, ViewHeader } from './panel-parts.tsx';
import { perform } from './perform.ts';
import { SecretText } from './secret-text.tsx';
import { spanText, utcText } from './time-text.ts';
import { useArea } from './use-area.ts';

/** More than anyone looks at; a load test issues tens of thousands. */
const NEWEST = 200;
/** Below this share of its life a token is about to go. */
const LOW = 0.2;

/** Bearer tokens, with what is left of their lives. */
export function TokensView(): JSX.Element {
  const id = accountId.value;
  const query = `accountId=${encodeURIComponent(id)}&expired=included&limit=${String(NEWEST)}`;
  const tokens = useArea<readonly TokenView[]>('tokens', id === '' ? undefined : `/tokens?${query}`);
  const apps = useArea<readonly AppView[]>('apps', id === '' ? undefined : `/accounts${pathOf(id)}/apps`).value;
  const users = useArea<readonly UserView[]>('users', id === '' ? undefined : `/accounts${pathOf(id)}/users`).value;
  const now = useEmulatorTime();
  const newestFirst = useMemo(() => [...(tokens.value ?? [])].reverse(), [tokens.value]);
  const alive = newestFirst.filter(({ expiresAtMs }) => expiresAtMs > now).length;
  const owner = ({ kind, clientId, userId }: TokenView): string => {
    const installation = apps?.find((app) => app.clientId === clientId)?.installation;
    const app = installation?.display_name ?? installation?.client_name ?? clientId;
    if (kind === 'app') return app;
    return `${users?.find((user) => user.userId === userId)?.loginName ?? userId ?? ''} in ${app}`;
  };
  return (
    <div class="view">
      <ViewHeader
        title="Tokens"
        about={tokens.value === undefined ? undefined : aboutTokens(alive, newestFirst.length)}
      >
        <button
          type="button"
          class="button"
          disabled={alive === 0}
          onClick={() =>
            void perform(() => ask('POST', '/tokens/expire', { accountId: id }), 'All tokens have expired.')
          }
        >
          Expire all
        </button>
        <ConfirmButton
          label="Revoke all tokens"
          onConfirm={() =>
            void perform(() => ask('POST', '/tokens/revoke', { accountId: id }), 'All tokens are revoked.')
          }
        >
          Revoke all
        </ConfirmButton>
        <button
          type="button"
          class="button"
          title="Signs with a new key; what the old one signed is refused"
          onClick={() =>
            void perform(
              () => ask('POST', '/signing-keys/rotate', { keepPrevious: false }),
              'The signing key was withdrawn.',
            )
          }
        >
          Withdraw key
        </button>
      </ViewHeader>
      <Problem text={tokens.problem} />
      {tokens.value?.length === 0 ? (
        <EmptyState title="No tokens">
          <p class="muted">A token appears here when Sentinel issues one.</p>
        </EmptyState>
      ) : null}
      {newestFirst.length === 0 ? null : (
        <div class="table-box" tabIndex={0} role="region" aria-label="Table of tokens">
          <table class="stack">
            <thead>
              <tr>
                <th>Owner</th>
                <th>Token</th>
                <th>Scope</th>
                <th>Issued</th>
                <th>Left</th>
                <th>
                  <span class="unseen">Actions</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {newestFirst.map((token) => (
                <TokenRow key={token.id} token={token} owner={owner(token)} now={now} />
              ))}
            </tbody>
          </table>
        </div>
      )}
    </div>
  );
}

function aboutTokens(alive: number, listed: number): string {
  return `${String(alive)} alive${listed >= NEWEST ? ` among the newest ${String(NEWEST)}` : ''}`;
}

function TokenRow({
  token,
  owner,
  now,
}: {
  readonly token: TokenView;
  readonly owner: string;
  readonly now: number;
}): JSX.Element {
  const { id, kind, scope, issuedAtMs, expiresAtMs } = token;
  const left = expiresAtMs - now;
  const share = Math.max(0, Math.min(1, left / Math.max(1, expiresAtMs - issuedAtMs)));
  const isAlive = left > 0;
  return (
    <tr class={isAlive ? '' : 'faded'}>
      <td class="primary-cell">
        <Badge tone={kind === 'app' ? 'plain' : 'accent'}>{kind}</Badge> {owner}
      </td>
      <td data-label="Token">
        <SecretText
          what={`token of ${owner}`}
          fetchSecret={async () => (await ask<TokenView>('GET', `/tokens${pathOf(id)}?secrets=shown`)).token}
        />
      </td>
      <td data-label="Scope">{scope === '' ? <span class="muted">–</span> : scope}</td>
      <td data-label="Issued">{utcText(issuedAtMs)}</td>
      <td data-label="Left" class="lifetime">
        {isAlive ? (
          <>
            <span>{spanText(left)}</span>
            <meter min={0} max={1} low={LOW} value={share} aria-label={`Left of the life of the token of ${owner}`} />
          </>
        ) : (
          <Badge tone="bad">expired</Badge>
        )}
      </td>
      <td class="row-actions">
        <button
          type="button"
          class="button"
          disabled={!isAlive}
          aria-label={`Expire the token of ${owner}`}
          onClick={() => void perform(() => ask('POST', `/tokens${pathOf(id)}/expire`), 'The token has expired.')}
        >
          Expire
        </button>
        <button
          type="button"
          class="button"
          aria-label={`Revoke the token of ${owner}`}
          onClick={() => void perform(() => ask('DELETE', `/tokens${pathOf(id)}`), 'The token is revoked.')}
        >
          Revoke
        </button>
      </td>
    </tr>
  );
}
