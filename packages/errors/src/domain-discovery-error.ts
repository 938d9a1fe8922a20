import { assignDefined, type ErrorContext, FaaSError, type Fault } from './faas-error.ts';

/** Codes of {@link DomainDiscoveryError}. */
export type DomainDiscoveryErrorCode =
  | 'ACCOUNT_NOT_FOUND'
  | 'SERVICE_NOT_FOUND'
  | 'HOST_REFUSED'
  | 'DISCOVERY_REFUSED'
  | 'DISCOVERY_UNAVAILABLE'
  | 'DISCOVERY_UNREADABLE';

/** Fields of a {@link DomainDiscoveryError}. */
export interface DomainDiscoveryErrorOptions extends ErrorContext {
  readonly code: DomainDiscoveryErrorCode;
  readonly fault?: Fault | undefined;
  /** Name of the service that was asked for, if one was. */
  readonly service?: string | undefined;
  /** HTTP status of the Domain API's answer, if there was one. */
  readonly status?: number | undefined;
  readonly retryable?: boolean | undefined;
  readonly retryAfterMs?: number | undefined;
  readonly hint?: string | undefined;
  readonly cause?: unknown;
}

/** The hosts of the account could not be found, or a host that was named is not trusted. No function has run. */
export class DomainDiscoveryError extends FaaSError {
  static {
    Object.defineProperty(this.prototype, 'name', {
      value: 'DomainDiscoveryError',
      configurable: true,
      writable: true,
    });
  }

  /** Name of the service that was asked for. */
  declare readonly service?: string | undefined;
  /** HTTP status of the Domain API's answer. */
  declare readonly status?: number | undefined;

  /**
   * @param message - what was asked and what came back.
   * @param options - the error's fields.
   */
  constructor(message: string, options: DomainDiscoveryErrorOptions) {
    super(message, { ...options, fault: options.fault ?? 'platform' });
    assignDefined(this, { service: options.service, status: options.status });
  }
}
