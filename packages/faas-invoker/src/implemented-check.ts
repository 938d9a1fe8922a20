import { randomUUID } from 'node:crypto';
import { ConfigurationError } from '@lp-functions/errors';
import {
  anything,
  type Authorizer,
  type CallLimits,
  type CallTrace,
  checkOptions,
  createLoadingCache,
  type HttpClient,
} from '@lp-functions/http';
import { implementedUrl, questionHeaders, readImplemented } from './gateway-endpoint.ts';
import { describeRefusal, describeUnreadable, type RefusedCall } from './gateway-refusal.ts';
import { checkEventId, checkSkillId, checkUuid } from './invocation-options.ts';
import type { ListLambdas } from './lambda-listing.ts';
import { checkImplementedOptions, type ImplementedOptions, READ_TIMEOUT_MS } from './read-options.ts';
import { type GatewayLocation, type LocateGateway, sendToService } from './service-location.ts';

/** Of what to ask whether it is implemented: an event (for one skill, if given), or one function. */
export type ImplementedQuestion =
  | { readonly eventId: string; readonly skillId?: string | undefined; readonly lambdaUuid?: undefined }
  | { readonly lambdaUuid: string; readonly eventId?: undefined; readonly skillId?: undefined };

/** What every check of one account and identity has in common. */
export interface ImplementedCheckOptions {
  readonly accountId: string;
  readonly locateGateway: LocateGateway;
  readonly listLambdas: ListLambdas;
  readonly authorizer: Authorizer;
  readonly eventSource: string;
  readonly userId: string | undefined;
  readonly deadlineMs: number | undefined;
  readonly http: HttpClient;
  readonly userAgent: string;
}

/**
 * Tells whether something is implemented.
 *
 * @param trace - told of every attempt, if this question is the one that is sent.
 */
export type CheckImplemented = (
  question: ImplementedQuestion,
  call: ImplementedOptions,
  trace?: CallTrace,
) => Promise<boolean>;

/** One question to the gateway, for all who wait for its answer. */
interface AskedEvent {
  readonly limits: CallLimits;
  readonly context: RefusedCall['context'];
  readonly eventId: string;
  readonly skillId: string | undefined;
  readonly trace: CallTrace | undefined;
}

/** As LivePerson's own clients. */
const TTL_MS = 60_000;
const MAX_ANSWERS = 1_000;
const OPERATION = 'isImplemented';

/** Makes the check. Answers are kept for a minute, yes and no alike, and asked for once at a time. */
export function createImplementedCheck(options: ImplementedCheckOptions): CheckImplemented {
  const { accountId, authorizer, eventSource, userId, http, locateGateway } = options;
  const answers = createLoadingCache<boolean>({ ttlMs: TTL_MS, max: MAX_ANSWERS, clock: http.clock });

  // Belongs to all who wait for it: no caller's signal, and the limits of the client.
  function askGateway(eventId: string, skillId: string | undefined, trace: CallTrace | undefined): Promise<boolean> {
    const context = { operation: OPERATION, accountId, target: eventId, requestId: randomUUID() };
    const limits = http.limits({ deadlineMs: options.deadlineMs });
    return sendToService(
      OPERATION,
      (unreachable) => locateGateway(limits, context, unreachable),
      (location) => askAt(location, { limits, context, eventId, skillId, trace }),
    );
  }

  async function askAt({ platform, origin }: GatewayLocation, asked: AskedEvent): Promise<boolean> {
    const { limits, context, eventId, skillId, trace } = asked;
    const request = { gatewayOrigin: origin, accountId, platform, target: { eventId }, eventSource, skillId, userId };
    const answer = await http.request({
      context,
      method: 'GET',
      url: implementedUrl(request),
      headers: questionHeaders(request, context.requestId, options.userAgent),
      rule: 'read',
      authorizer,
      limits,
      trace,
      timeoutMs: READ_TIMEOUT_MS,
    });
    const refused: RefusedCall = {
      context,
      platform,
      byEvent: false,
      idempotent: true,
      sentBytes: 0,
      reads: 'implemented',
    };
    if (answer.status < 200 || answer.status >= 300) throw describeRefusal(answer, refused);
    const implemented = readImplemented(answer.text);
    if (implemented === undefined) throw describeUnreadable(answer, refused);
    return implemented;
  }

  async function askListing(uuid: string, trace: CallTrace | undefined): Promise<boolean> {
    const { lambdas } = await options.listLambdas({}, { deadlineMs: options.deadlineMs }, OPERATION, trace);
    const id = uuid.toLowerCase();
    return lambdas.some((lambda) => lambda.uuid.toLowerCase() === id && lambda.invocable);
  }

  return async (question, call, trace) => {
    checkQuestion(question);
    checkImplementedOptions(call, OPERATION);
    const limits = http.limits({ signal: call.signal, deadlineMs: call.deadlineMs ?? options.deadlineMs });
    const { eventId, skillId, lambdaUuid } = question;
    const context = { operation: OPERATION, accountId, target: eventId ?? lambdaUuid };
    if (call.signal?.aborted === true) await http.within(Promise.resolve(), limits, context);
    const { platform } = await locateGateway(limits, context);
    // A list, not joined text: no id can be taken for another with a skill.
    const key = JSON.stringify([accountId, platform, eventId ?? null, skillId ?? null, lambdaUuid?.toLowerCase()]);
    const ask = eventId === undefined ? () => askListing(lambdaUuid, trace) : () => askGateway(eventId, skillId, trace);
    return http.within(
      answers.load(key, async () => ({ value: await ask() }), call.fresh),
      limits,
      context,
      'answer',
    );
  };
}

function checkQuestion(question: ImplementedQuestion): void {
  checkOptions(question, { eventId: anything, skillId: anything, lambdaUuid: anything }, OPERATION);
  const { eventId, skillId, lambdaUuid }: Readonly<Partial<Record<keyof ImplementedQuestion, string | undefined>>> =
    question;
  if ((eventId === undefined) === (lambdaUuid === undefined)) {
    throw new ConfigurationError('isImplemented takes either eventId or lambdaUuid', {
      code: 'INVALID_OPTION',
      option: 'eventId',
    });
  }
  if (eventId !== undefined) {
    checkEventId(eventId);
    checkSkillId(skillId);
    return;
  }
  if (skillId !== undefined) {
    throw new ConfigurationError('skillId belongs to an event, not to a function', {
      code: 'INVALID_OPTION',
      option: 'skillId',
    });
  }
  checkUuid(lambdaUuid ?? '', 'lambdaUuid');
}
