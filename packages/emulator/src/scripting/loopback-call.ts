import { request as httpRequest } from 'node:http';

/** A request to the emulator's own port. */
export interface LoopbackRequest {
  readonly url: string;
  readonly method: 'GET' | 'POST';
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly timeoutMs: number;
  /** Gives up when it is aborted. */
  readonly signal: AbortSignal;
}

/** What came back over the wire, or why nothing did. */
export type LoopbackAnswer =
  | {
      readonly outcome: 'answered';
      readonly status: number;
      readonly headers: Readonly<Record<string, string>>;
      readonly body: string;
    }
  | { readonly outcome: 'cut' | 'timed-out'; readonly problem: string };

/** Sends a request over a real socket, a new one each time: what a scripted fault does to it stays with it. */
export function callLoopback(call: LoopbackRequest): Promise<LoopbackAnswer> {
  return new Promise((resolve) => {
    const limit = AbortSignal.timeout(call.timeoutMs);
    const fail = (error: Error): void => {
      if (limit.aborted) {
        resolve({ outcome: 'timed-out', problem: `No answer within ${String(call.timeoutMs)} ms.` });
      } else resolve({ outcome: 'cut', problem: `The connection was lost: ${error.message}.` });
    };
    const outgoing = httpRequest(
      call.url,
      {
        method: call.method,
        headers: { ...call.headers, 'content-length': String(Buffer.byteLength(call.body)) },
        agent: false,
        signal: AbortSignal.any([limit, call.signal]),
      },
      (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
        incoming.once('error', fail);
        incoming.once('end', () => {
          resolve({
            outcome: 'answered',
            status: incoming.statusCode ?? 0,
            headers: Object.fromEntries(
              Object.entries(incoming.headers).map(([name, value]) => [name, String(value ?? '')]),
            ),
            body: Buffer.concat(chunks).toString('utf8'),
          });
        });
      },
    );
    outgoing.once('error', fail);
    outgoing.end(call.body);
  });
}
