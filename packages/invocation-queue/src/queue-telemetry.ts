import { isFaaSError } from '@lp-functions/errors';
import type { TelemetryApi, TelemetrySpan } from '@lp-functions/faas-invoker';
import type { ItemCall } from './item-envelope.ts';
import type { QueueTarget } from './queue-item.ts';

/** The module `@opentelemetry/api`: what the invoker uses of it, and what carries a context through a queue. */
export interface QueueTelemetryApi extends TelemetryApi {
  readonly context: { active(): unknown; with<R>(context: never, work: () => R): R };
  readonly propagation: {
    inject(context: never, carrier: Record<string, string>): void;
    extract(context: never, carrier: Record<string, string>): unknown;
  };
}

/** Spans around what the queue does. */
export interface QueueTelemetry {
  /** Gives the work the context that is to travel with the item. */
  send<R>(
    target: QueueTarget,
    id: string,
    work: (carrier: Record<string, string> | undefined) => Promise<R>,
  ): Promise<R>;
  /** Continues the trace in which the item was enqueued. */
  process<R>(id: string, call: ItemCall, attempts: number, work: () => Promise<R>): Promise<R>;
}

/** Numbers of OpenTelemetry's SpanKind and SpanStatusCode. */
const [KIND_PRODUCER, KIND_CONSUMER, STATUS_ERROR] = [3, 4, 2];
const SCOPE = '@lp-functions/invocation-queue';

/** For whoever gives no OpenTelemetry. */
const NONE: QueueTelemetry = {
  send: (_target, _id, work) => work(undefined),
  process: (_id, _call, _attempts, work) => work(),
};

/**
 * Makes spans of enqueueing and processing, with the attributes of messaging. What the SDK throws changes nothing.
 *
 * @param api - the module `@opentelemetry/api`, or nothing.
 * @param queue - name of the queue.
 * @see OpenTelemetry's semantic conventions for messaging spans.
 */
export function createQueueTelemetry(api: QueueTelemetryApi | undefined, queue: string): QueueTelemetry {
  if (api === undefined) return NONE;
  const { trace: tracing } = api;
  const tracer = tracing.getTracer(SCOPE);

  async function spanned<R>(
    kind: number,
    parent: unknown,
    operation: 'send' | 'process',
    { target, id, attempts }: { readonly target: QueueTarget; readonly id: string; readonly attempts?: number },
    work: (context: unknown) => Promise<R>,
  ): Promise<R> {
    const attributes = {
      'messaging.system': 'bullmq',
      'messaging.operation.name': operation,
      'messaging.operation.type': operation,
      'messaging.destination.name': queue,
      'messaging.message.id': id,
      'faas.invoked_name': nameOf(target),
      ...(attempts === undefined ? {} : { 'lp.queue.attempts': attempts }),
    };
    const span = quietly(() => tracer.startSpan(`${operation} ${queue}`, { kind, attributes }, parent as never));
    const context = span === undefined ? undefined : quietly(() => tracing.setSpan(parent as never, span as never));
    try {
      return await work(context);
    } catch (error) {
      fail(span, isFaaSError(error) ? error.code : 'unknown');
      throw error;
    } finally {
      quietly(() => span?.end());
    }
  }

  return {
    send: (target, id, work) =>
      spanned(
        KIND_PRODUCER,
        quietly(() => api.context.active()),
        'send',
        { target, id },
        (context) => {
          const carrier: Record<string, string> = {};
          if (context !== undefined) quietly(() => api.propagation.inject(context as never, carrier));
          return work(Object.keys(carrier).length === 0 ? undefined : carrier);
        },
      ),
    process(id, { target, trace }, attempts, work) {
      const active = quietly(() => api.context.active());
      const parent =
        trace === undefined
          ? active
          : (quietly(() => api.propagation.extract(active as never, { ...trace })) ?? active);
      return spanned(KIND_CONSUMER, parent, 'process', { target, id, attempts }, (context) =>
        context === undefined ? work() : api.context.with(context as never, work),
      );
    },
  };
}

function nameOf(target: QueueTarget): string {
  return [target.uuid, target.name, target.eventId].find((one) => one !== undefined) ?? '';
}

/** Worded to follow the option's name. */
export function queueTelemetryRule(value: unknown): string | undefined {
  if (value === undefined) return undefined;
  const { trace, context, propagation } = (
    typeof value === 'object' && value !== null ? value : {}
  ) as Partial<QueueTelemetryApi>;
  return trace && context && propagation ? undefined : 'must be the module @opentelemetry/api';
}

function fail(span: TelemetrySpan | undefined, code: string): void {
  quietly(() => {
    span?.setAttributes({ 'error.type': code });
    span?.setStatus({ code: STATUS_ERROR, message: code });
  });
}

function quietly<R>(work: () => R): R | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}
