import { ConfigurationError, type FaaSError } from '@lp-functions/errors';
import { callable, checkOptions, count, flag, type OptionRule } from '@lp-functions/http';
import { checkEventId, checkInvocationOptions, checkUuid, type InvocationOptions } from './invocation-options.ts';

/** How far a bulk has come. */
export interface BulkProgress {
  /** Items that were taken and sent off. */
  readonly started: number;
  readonly succeeded: number;
  readonly failed: number;
  /** Calls under way. */
  readonly active: number;
  /** Calls that may be under way now: fewer than `concurrency` while the platform throttles. */
  readonly lanes: number;
  /** How often the platform answered 429. */
  readonly throttled: number;
}

/** Options of one item's call. */
export type ItemOptions = Omit<InvocationOptions, 'signal' | 'payload' | 'result'>;

/** Options of {@link FaasInvoker.invokeEach}: those of a call, which hold for every item, and those of the bulk. */
export interface BulkOptions<I = unknown, T = unknown> extends Omit<InvocationOptions<T>, 'requestId'> {
  /** Makes the payload of an item. Default: the item itself. */
  readonly toPayload?: ((item: I, index: number) => unknown) | undefined;
  /**
   * Options of an item's own call, over those of the bulk. Asked right before the call begins and waited for, so that
   * whoever keeps a journal can write first. If it rejects, nothing is sent for the item.
   */
  readonly toOptions?: ((item: I, index: number) => ItemOptions | Promise<ItemOptions>) | undefined;
  /** Calls under way at most. Default 16. */
  readonly concurrency?: number | undefined;
  /** Requests per second at most, repeats included. Default: as fast as the platform answers. */
  readonly ratePerSecond?: number | undefined;
  /** Outcomes in the order of the items; one slow item then holds those behind it back. Default `true`. */
  readonly ordered?: boolean | undefined;
  /** Told after every outcome. What it throws changes nothing. */
  readonly onProgress?: ((progress: BulkProgress) => unknown) | undefined;
}

/** What came of one item. */
export type InvocationOutcome<I, A> =
  | { readonly ok: true; readonly index: number; readonly item: I; readonly answer: A }
  | { readonly ok: false; readonly index: number; readonly item: I; readonly error: FaaSError };

/** One function for all items, or one for each. */
export type PerItem<I> = string | ((item: I, index: number) => string);

/** Where the items go: to functions, or to events. */
export type BulkTarget<I> =
  | { readonly uuid: PerItem<I>; readonly eventId?: undefined }
  | { readonly eventId: PerItem<I>; readonly uuid?: undefined };

const DEFAULT_CONCURRENCY = 16;
const MAX_CONCURRENCY = 10_000;

const rate: OptionRule = (value) =>
  value === undefined || (typeof value === 'number' && Number.isFinite(value) && value > 0)
    ? undefined
    : 'must be a number above 0';

const lanes: OptionRule = (value) =>
  value === undefined || (count(value) === undefined && (value as number) > 0 && (value as number) <= MAX_CONCURRENCY)
    ? undefined
    : `must be a whole number from 1 to ${String(MAX_CONCURRENCY)}`;

/** A bulk, checked and complete. */
export interface BulkPlan<I> {
  readonly target: BulkTarget<I>;
  readonly call: InvocationOptions;
  readonly toPayload: (item: I, index: number) => unknown;
  readonly toOptions: BulkOptions<I>['toOptions'];
  readonly concurrency: number;
  readonly ratePerSecond: number | undefined;
  readonly ordered: boolean;
  readonly onProgress: ((progress: BulkProgress) => unknown) | undefined;
}

/** @throws {@link ConfigurationError} INVALID_OPTION, UNKNOWN_OPTION. */
export function planBulk<I>(options: BulkTarget<I> & BulkOptions<I>): BulkPlan<I> {
  if (typeof options !== 'object' || (options as unknown) === null) throw noTarget();
  const { uuid, eventId, toPayload, toOptions, concurrency, ratePerSecond, ordered, onProgress, ...call } = options;
  if ((uuid === undefined) === (eventId === undefined)) throw noTarget();
  if (typeof uuid !== 'function' && uuid !== undefined) checkUuid(uuid);
  if (typeof eventId !== 'function' && eventId !== undefined) checkEventId(eventId);
  checkOptions(
    { toPayload, toOptions, concurrency, ratePerSecond, ordered, onProgress },
    {
      toPayload: callable,
      toOptions: callable,
      concurrency: lanes,
      ratePerSecond: rate,
      ordered: flag,
      onProgress: callable,
    },
    'invokeEach',
  );
  checkInvocationOptions(call);
  if ('requestId' in call) {
    throw new ConfigurationError('requestId belongs to one call: every item has its own (toOptions can name it)', {
      code: 'INVALID_OPTION',
      option: 'requestId',
    });
  }
  return {
    target: uuid === undefined ? { eventId } : { uuid },
    call,
    toPayload: toPayload ?? ((item) => item),
    toOptions,
    concurrency: concurrency ?? DEFAULT_CONCURRENCY,
    ratePerSecond,
    ordered: ordered ?? true,
    onProgress,
  };
}

function noTarget(): ConfigurationError {
  return new ConfigurationError('invokeEach takes options with either uuid or eventId', {
    code: 'INVALID_OPTION',
    option: 'uuid',
  });
}
