import { createDomainDiscovery } from '@lp-functions/domain-discovery';
import { createGotTransport, createHttpClient } from '@lp-functions/http';
import { readEnvironment } from './environment.ts';
import { listenForInterrupt } from './interrupt.ts';
import type { Answer } from './output.ts';
import { accountSettings, type ConnectionFlags } from './settings.ts';

/** `lpfn domains [SERVICE]`: where the account's services are. */
export async function domains(service: string | undefined, flags: ConnectionFlags): Promise<Answer> {
  const { accountId, discoveryUrl, proxy } = accountSettings(flags, readEnvironment());
  const transport = createGotTransport({ proxy });
  const interrupt = listenForInterrupt();
  try {
    const discovery = createDomainDiscovery({
      accountId,
      baseUrl: discoveryUrl,
      http: createHttpClient({ transport }),
    });
    const call = { signal: interrupt.signal };
    if (service !== undefined) {
      const origin = await discovery.resolve(service, call);
      const { host } = new URL(origin);
      return { result: { service, domain: host, origin }, text: host };
    }
    const list = await discovery.list(call);
    const lines = list.map(
      (entry) => `${entry.service}\t${entry.domain}${entry.origin === undefined ? '\t(not trusted)' : ''}`,
    );
    return { result: list, text: process.stdout.isTTY ? align(lines) : lines.join('\n') };
  } finally {
    interrupt.dispose();
    await transport.close();
  }
}

function align(lines: readonly string[]): string {
  const rows = lines.map((line) => line.split('\t'));
  const width = Math.max(...rows.map(([first = '']) => first.length));
  return rows.map(([first = '', ...rest]) => [first.padEnd(width), ...rest].join('  ')).join('\n');
}
