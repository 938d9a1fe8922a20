import { DomainDiscoveryError } from '@lp-functions/errors';
import { type HttpAnswer, shorten } from '@lp-functions/http';

/** Whose services were asked for, and where. */
export interface DiscoverySubject {
  readonly accountId: string;
  /** Where the Domain API is. */
  readonly baseUrl: string;
}

/** The error for an account that the Domain API does not know. */
export function accountNotFound({ accountId, baseUrl }: DiscoverySubject, service?: string): DomainDiscoveryError {
  return new DomainDiscoveryError(`the Domain API at ${baseUrl} knows no account ${accountId}`, {
    code: 'ACCOUNT_NOT_FOUND',
    fault: 'caller',
    operation: 'discover',
    accountId,
    target: service,
    service,
    hint: 'Check the account id (also called site id or brand id), and the discovery URL.',
  });
}

/**
 * The error for a service that the account does not have.
 *
 * @param known - names of the services that it has.
 */
export function serviceNotFound(
  { accountId }: DiscoverySubject,
  service: string,
  known: readonly string[],
): DomainDiscoveryError {
  const meant = known.find((name) => name.toLowerCase() === service.toLowerCase());
  return new DomainDiscoveryError(`account ${accountId} has no service ${quote(service)}`, {
    code: 'SERVICE_NOT_FOUND',
    fault: 'caller',
    operation: 'discover',
    accountId,
    target: service,
    service,
    hint:
      meant !== undefined
        ? `Names are case sensitive: it is ${quote(meant)}.`
        : service.startsWith('faas')
          ? 'Functions is not enabled for this account: ask LivePerson.'
          : 'Names are case sensitive; list() tells which there are.',
  });
}

/**
 * The error for a host that must not be spoken to.
 *
 * @param host - as the answer spells it.
 * @param reason - why it is not trusted.
 */
export function hostRefused(
  { accountId }: DiscoverySubject,
  service: string,
  host: string,
  reason: string,
): DomainDiscoveryError {
  return new DomainDiscoveryError(
    `the Domain API names ${quote(host)} for ${quote(service)}, which is not trusted: ${reason}`,
    {
      code: 'HOST_REFUSED',
      operation: 'discover',
      accountId,
      target: service,
      service,
      hint: 'No credential was sent there. If the host is right, add its suffix to allowedHostSuffixes.',
    },
  );
}

/** The error for an answer that is no list of services. */
export function unreadable({ status, attempts }: HttpAnswer, subject: DiscoverySubject): DomainDiscoveryError {
  const { accountId, baseUrl } = subject;
  return new DomainDiscoveryError(`the Domain API at ${baseUrl} answered something that is no list of services`, {
    code: 'DISCOVERY_UNREADABLE',
    operation: 'discover',
    accountId,
    status,
    attempts,
    hint: 'Check the discovery URL, and whether a proxy answers in its place.',
  });
}

/** The error for an answer that refuses to say anything about the account. */
export function refused(answer: HttpAnswer, { accountId, baseUrl }: DiscoverySubject): DomainDiscoveryError {
  const { status, attempts, retryAfterMs } = answer;
  const passing = status >= 500 || status === 429 || status === 408;
  return new DomainDiscoveryError(`the Domain API at ${baseUrl} answered HTTP ${String(status)}`, {
    code: passing ? 'DISCOVERY_UNAVAILABLE' : 'DISCOVERY_REFUSED',
    fault: passing ? 'platform' : 'caller',
    operation: 'discover',
    accountId,
    status,
    attempts,
    retryAfterMs,
    retryable: passing,
    hint: passing
      ? 'Try again later, or give the hosts yourself with `domains`.'
      : 'Check account id and discovery URL.',
  });
}

const SHOWN_CHARACTERS = 100;

/** A text of foreign origin, so that it is seen where it begins and ends. */
function quote(value: string): string {
  return JSON.stringify(shorten(value, SHOWN_CHARACTERS));
}
