import type { CommandContext } from '../command-context.ts';
import { openControlPlane } from '../connection.ts';
import type { Answer } from '../terminal/output.ts';
import { tableText } from '../terminal/table.ts';

/** `lpfn domains [SERVICE]`: where the account's services are. */
export async function domains(context: CommandContext, service: string | undefined): Promise<Answer> {
  const plane = await openControlPlane(context);
  try {
    const call = { signal: context.signal };
    if (service !== undefined) {
      const origin = await plane.discovery.resolve(service, call);
      const { host } = new URL(origin);
      return { result: { service, domain: host, origin }, text: host };
    }
    const list = await plane.discovery.list(call);
    const rows = list.map((entry) => [
      entry.service,
      entry.domain,
      ...(entry.origin === undefined ? ['(not trusted)'] : []),
    ]);
    return { result: list, text: tableText(rows, context.output.interactive) };
  } finally {
    await plane.close();
  }
}
