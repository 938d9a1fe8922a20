import { EXIT } from '../terminal/exit-code.ts';
import { type CheckResult, failedWith, passed } from './check-result.ts';
import type { Examination } from './examination.ts';
import type { CheckedServer } from './network-checks.ts';
import { pageInstead } from './witness-transport.ts';

/** The stage, and the servers that later ones look at. */
export interface DiscoveryCheck {
  readonly result: CheckResult;
  /** The Domain API, and those it named. */
  readonly servers: readonly CheckedServer[];
  /** Origins by service, if all that a call needs are known. */
  readonly origins?: Readonly<Record<string, string>> | undefined;
}

/** Asks the Domain API where the account's services are. */
export async function checkDiscovery(examination: Examination, signal: AbortSignal): Promise<DiscoveryCheck> {
  const { account, plane, control } = examination;
  const { accountId, discoveryUrl } = account;
  const tried = `asked ${discoveryUrl} where the services of account ${accountId} are`;
  const servers: CheckedServer[] = [];
  try {
    const list = await plane.discovery.list({ signal });
    servers.push({ name: 'Domain API', origin: new URL(discoveryUrl).origin });
    const sentinel = await plane.discovery.resolve('sentinel', { signal });
    servers.push({ name: 'Sentinel', origin: sentinel });
    const faasGW = await plane.discovery.resolve('faasGW', { signal });
    servers.push({ name: 'gateway', origin: faasGW });
    // Only listing needs it.
    const faasUI = list.find(({ service }) => service === 'faasUI')?.origin;
    if (faasUI !== undefined) servers.push({ name: 'listing', origin: faasUI });
    const saw = `${String(list.length)} services, Sentinel at ${hostOf(sentinel)}, the gateway at ${hostOf(faasGW)}`;
    const origins = { sentinel, faasGW, ...(faasUI === undefined ? {} : { faasUI }) };
    return { result: passed('discovery', tried, saw), servers, origins };
  } catch (error) {
    // Its name and certificate are worth a look even so.
    if (servers.length === 0 && URL.canParse(discoveryUrl)) {
      servers.push({ name: 'Domain API', origin: new URL(discoveryUrl).origin });
    }
    const page = pageInstead(control.sightings, examination.proxyOf(discoveryUrl));
    return {
      result: failedWith('discovery', tried, error, page === undefined ? {} : { ...page, exitCode: EXIT.discovery }),
      servers,
    };
  }
}

function hostOf(origin: string): string {
  return new URL(origin).host;
}
