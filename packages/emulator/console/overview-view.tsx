import type { JSX } from 'preact';
import type { AppView, FaultView, Status } from './emulator-views.ts';
import { accountId, functions, requests } from './console-state.ts';
import { isActive } from './fault-text.ts';
import { FirstRun } from './first-run.tsx';
import { hrefOf, type ViewName } from './location-route.ts';
import { ViewHeader } from './panel-parts.tsx';
import { TrafficChart } from './traffic-chart.tsx';
import { useArea } from './use-area.ts';

/** How it goes, and how to begin. */
export function OverviewView({ status }: { readonly status: Status | undefined }): JSX.Element {
  const apps = useArea<readonly AppView[]>(
    'apps',
    accountId.value === '' ? undefined : `/accounts/${accountId.value}/apps`,
  );
  const faults = useArea<readonly FaultView[]>('faults', '/faults');
  const broken = functions.value?.filter(({ problem }) => problem !== undefined).length ?? 0;
  const active = faults.value?.filter(isActive).length ?? 0;
  return (
    <div class="view">
      <ViewHeader
        title="Overview"
        about={status === undefined ? undefined : `Everything answers on ${status.discoveryUrl}`}
      />
      <div class="tiles">
        <Tile
          view="functions"
          count={functions.value?.length}
          label="functions"
          note={broken > 0 ? `${String(broken)} cannot run` : undefined}
        />
        <Tile view="traffic" count={requests.value.items.length} label="requests kept" />
        <Tile view="apps" count={apps.value?.length} label="apps" />
        <Tile
          view="faults"
          count={faults.value === undefined ? undefined : active}
          label="faults on"
          note={active > 0 ? 'The platform misbehaves' : undefined}
        />
      </div>
      <TrafficChart />
      <FirstRun status={status} app={apps.value?.[0]} />
      {status === undefined ? null : <Hosts status={status} />}
    </div>
  );
}

function Tile({
  view,
  count,
  label,
  note,
}: {
  readonly view: ViewName;
  readonly count: number | undefined;
  readonly label: string;
  readonly note?: string | undefined;
}): JSX.Element {
  return (
    <a class="tile" href={hrefOf(view)}>
      <span class="tile-count">{count === undefined ? '–' : count.toLocaleString('en')}</span>
      <span class="tile-label">{label}</span>
      {note === undefined ? null : <span class="tile-note">{note}</span>}
    </a>
  );
}

function Hosts({ status }: { readonly status: Status }): JSX.Element {
  return (
    <section class="card">
      <header class="card-header">
        <h2>Hosts that discovery answers</h2>
      </header>
      <dl class="headers">
        {Object.entries(status.domains).map(([service, host]) => (
          <div key={service}>
            <dt>{service}</dt>
            <dd>{host}</dd>
          </div>
        ))}
        {status.tls === undefined ? null : (
          <div>
            <dt>TLS</dt>
            <dd>{status.tls.url}</dd>
          </div>
        )}
      </dl>
    </section>
  );
}
