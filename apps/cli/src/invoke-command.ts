import { clientCredentials, createFunctionsClient, type InvocationOptions } from '@lp-functions/client';
import { readEnvironment } from './environment.ts';
import { listenForInterrupt } from './interrupt.ts';
import type { Answer } from './output.ts';
import { readPayload } from './payload-source.ts';
import { appSettings, type ConnectionFlags } from './settings.ts';
import { UsageError } from './usage-error.ts';

/** Flags of `lpfn invoke`. */
export interface InvokeFlags extends ConnectionFlags {
  readonly event?: string | undefined;
  readonly data?: string | undefined;
  readonly header?: readonly string[] | undefined;
  readonly skill?: string | undefined;
  readonly userId?: string | undefined;
  readonly eventSource?: string | undefined;
  readonly requestId?: string | undefined;
  /** Seconds. */
  readonly timeout?: number | undefined;
  /** Seconds. */
  readonly deadline?: number | undefined;
  readonly idempotent?: boolean | undefined;
}

/** `lpfn invoke UUID` and `lpfn invoke --event ID`. */
export async function invoke(uuid: string | undefined, flags: InvokeFlags): Promise<Answer> {
  const { event } = flags;
  if ((uuid === undefined) === (event === undefined)) {
    throw new UsageError('name the function to call: either its UUID, or --event ID', 'See "lpfn invoke --help".');
  }
  const { accountId, discoveryUrl, proxy, clientId, clientSecret } = appSettings(flags, readEnvironment());
  const payload = await readPayload(flags.data);
  const functions = createFunctionsClient({
    accountId,
    discoveryUrl,
    proxy,
    platform: flags.platform,
    auth: clientCredentials({ clientId, clientSecret }),
  });
  const interrupt = listenForInterrupt();
  const options: InvocationOptions = {
    headers: flags.header?.map(readHeader),
    skillId: flags.skill,
    userId: flags.userId,
    eventSource: flags.eventSource ?? 'lpfn',
    requestId: flags.requestId,
    timeoutMs: inMs(flags.timeout),
    deadlineMs: inMs(flags.deadline),
    idempotent: flags.idempotent,
    signal: interrupt.signal,
  };
  try {
    if (event !== undefined) {
      const { results, requestId } = await functions.invokeByEvent(event, payload, options);
      return { result: results, requestId };
    }
    return await functions.invokeByUuid(uuid ?? '', payload, options);
  } finally {
    interrupt.dispose();
    await functions.close();
  }
}

function readHeader(header: string): { readonly key: string; readonly value: string } {
  const at = header.indexOf('=');
  if (at < 1) throw new UsageError(`--header ${JSON.stringify(header)} is not of the form KEY=VALUE`);
  return { key: header.slice(0, at), value: header.slice(at + 1) };
}

function inMs(seconds: number | undefined): number | undefined {
  return seconds === undefined ? undefined : seconds * 1000;
}
