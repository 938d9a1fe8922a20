import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { AppsView } from './apps-view.tsx';
import { ClockView } from './clock-view.tsx';
import { accountId, accounts, connection, functions, notice, refreshAll, tell } from './console-state.ts';
import { ask, messageOf, pathOf } from './emulator-api.ts';
import type { AccountView, FaultView, FunctionView, Status } from './emulator-views.ts';
import { clockOffsetMs, useEmulatorTime } from './emulator-time.ts';
import { isActive } from './fault-text.ts';
import { FaultsView } from './faults-view.tsx';
import { FunctionsView } from './functions-view.tsx';
import { hrefOf, route, VIEWS, type ViewName } from './location-route.ts';
import { OverviewView } from './overview-view.tsx';
import { Badge } from './panel-parts.tsx';
import { ShortcutKeys } from './shortcut-keys.tsx';
import { utcText } from './time-text.ts';
import { TokensView } from './tokens-view.tsx';
import { TrafficView } from './traffic-view.tsx';
import { useArea } from './use-area.ts';
import { UsersView } from './users-view.tsx';

/** The whole page: navigation, and the view that the address names. */
export function AppShell(): JSX.Element {
  const status = useArea<Status>('accounts', '/status').value;
  const known = useArea<readonly AccountView[]>('accounts', '/accounts').value;
  const list = useArea<readonly FunctionView[]>(
    'functions',
    accountId.value === '' ? undefined : `/accounts${pathOf(accountId.value)}/functions`,
  ).value;
  useEffect(() => {
    if (known !== undefined) accounts.value = known;
    if (status !== undefined && accountId.value === '') accountId.value = status.accountId;
  }, [known, status]);
  useEffect(() => {
    functions.value = list;
  }, [list]);
  const { view } = route.value;
  useEffect(() => {
    document.querySelector('nav [aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'center' });
    document.title = `${VIEWS.find(({ name }) => name === view)?.title ?? ''} · lp-functions emulator`;
  }, [view]);
  const current = accounts.value.find((account) => account.accountId === accountId.value);
  return (
    <div class="shell">
      <a class="skip" href="#content" onClick={skipToContent}>
        Skip to content
      </a>
      <div class="side">
        <div class="brand">
          <svg viewBox="0 0 24 24" class="logo" aria-hidden="true">
            <rect x="1" y="1" width="22" height="22" rx="6" />
            <path d="M8 6.5v11h5.5M13 11l4-4.5M13 11l4 4.5" />
          </svg>
          <span>
            lp-functions <small>emulator</small>
          </span>
          {current === undefined ? null : <Badge>{current.platform.toUpperCase()}</Badge>}
        </div>
        <label class="account">
          <span aria-hidden="true">Account</span>
          <select
            aria-label="Account"
            value={accountId.value}
            onChange={(event) => {
              accountId.value = event.currentTarget.value;
            }}
          >
            {accounts.value.map((account) => (
              <option key={account.accountId} value={account.accountId}>
                {account.accountId}
              </option>
            ))}
          </select>
        </label>
        <nav aria-label="Views">
          {VIEWS.map(({ name, title, key }) => (
            <a
              key={name}
              href={hrefOf(name)}
              aria-current={name === view ? 'page' : undefined}
              aria-keyshortcuts={`g ${key}`}
            >
              {title}
              <NavCount view={name} />
            </a>
          ))}
        </nav>
        <SideFooter />
      </div>
      <main id="content" tabIndex={-1}>
        {
          // Without an account, forms would be sent nowhere.
          accountId.value === '' ? null : <ViewOf view={view} status={status} />
        }
      </main>
      <p class={`notice ${notice.value?.tone ?? ''}`} role="status">
        {notice.value?.text ?? ''}
      </p>
      <ShortcutKeys />
    </div>
  );
}

function ViewOf({ view, status }: { readonly view: ViewName; readonly status: Status | undefined }): JSX.Element {
  // Views of an account begin anew with another.
  const key = accountId.value;
  switch (view) {
    case 'overview':
      return <OverviewView status={status} />;
    case 'functions':
      return <FunctionsView key={key} />;
    case 'traffic':
      return <TrafficView />;
    case 'apps':
      return <AppsView key={key} />;
    case 'users':
      return <UsersView key={key} />;
    case 'tokens':
      return <TokensView key={key} />;
    case 'faults':
      return <FaultsView />;
    case 'clock':
      return <ClockView />;
  }
}

function NavCount({ view }: { readonly view: ViewName }): JSX.Element | null {
  const faults = useArea<readonly FaultView[]>('faults', view === 'faults' ? '/faults' : undefined).value;
  if (view === 'functions') return <span class="nav-count">{functions.value?.length ?? ''}</span>;
  const on = faults?.filter(isActive).length ?? 0;
  return view === 'faults' && on > 0 ? <span class="nav-count hot">{on}</span> : null;
}

const CONNECTION = {
  connecting: ['warn', 'Connecting …'],
  live: ['good', 'Live'],
  lost: ['bad', 'The emulator does not answer'],
  full: ['warn', 'Not live: too many pages are open'],
} as const;

function SideFooter(): JSX.Element {
  const now = useEmulatorTime();
  const [tone, text] = CONNECTION[connection.value];
  const reset = async (): Promise<void> => {
    try {
      await ask('POST', '/reset', {});
      refreshAll();
      tell('Forgot tokens, sessions, faults, journal, counters and clock.');
    } catch (error) {
      tell(messageOf(error), 'bad');
    }
  };
  return (
    <div class="side-footer">
      <span class={`connection ${tone}`} role="status">
        <i aria-hidden="true" />
        {text}
      </span>
      <a class="small-clock" href={hrefOf('clock')} title="The emulator's time, UTC">
        {clockOffsetMs.value === undefined ? '' : utcText(now)}
      </a>
      <button
        type="button"
        class="link-button"
        title="Forgets tokens, sessions, faults, journal, counters and clock"
        onClick={() => void reset()}
      >
        Reset the emulator
      </button>
    </div>
  );
}

function skipToContent(event: Event): void {
  event.preventDefault();
  document.getElementById('content')?.focus();
}
