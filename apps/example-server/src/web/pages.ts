import type { Request, Response } from 'express';
import { Eta } from 'eta';
import { VIEWS_FOLDER } from '../folders.ts';
import { currentLogin, type Login } from '../login/session.ts';
import type { QueuedCallState } from '../platform/call-queue.ts';
import type { FailureView } from '../platform/failure-view.ts';
import type { CallRecord } from '../storage/call-records.ts';
import type { Csrf } from './csrf.ts';
import { requestIdOf } from './request-log.ts';

/** A function, as far as pages show it. */
export interface ListedFunction {
  readonly uuid: string;
  readonly name: string;
  readonly description?: string | undefined;
  readonly state?: string | undefined;
  readonly invocable: boolean;
}

/** A form that calls a function. */
export interface CallForm {
  readonly functionName: string;
  /** Where it is sent to. */
  readonly action: string;
  /** Makes sure that it is acted upon once. */
  readonly callId: string;
  readonly payload: string;
  /** Whether it need not be waited for. */
  readonly canBeQueued: boolean;
  /** What is wrong with the payload. */
  readonly problem?: string | undefined;
}

/** The pages, and what each of them shows. */
export interface PageModels {
  readonly home: { readonly login: Login | undefined };
  readonly functions: { readonly functions: readonly ListedFunction[]; readonly search: string };
  readonly 'call-form': { readonly form: CallForm; readonly calledAs: CallRecord['calledAs'] };
  readonly call: {
    readonly call: CallRecord;
    /** Where it is, if it was queued and has not come to its end. */
    readonly queued: Exclude<QueuedCallState, { readonly state: 'ended' }> | undefined;
    readonly isOverdue: boolean;
    readonly again: string;
  };
  readonly 'as-server': { readonly functions: readonly ListedFunction[] };
  readonly 'login-required': { readonly returnTo: string; readonly entered?: string | undefined };
  readonly 'login-refused': { readonly returnTo: string; readonly reason: string | undefined };
  readonly 'login-unknown': Readonly<Record<string, never>>;
  readonly 'logged-out': { readonly everywhere: boolean };
  readonly failure: { readonly failure: FailureView };
  readonly message: { readonly title: string; readonly text: string };
}

/** Writes pages. */
export interface Pages {
  show<Name extends keyof PageModels>(
    request: Request,
    response: Response,
    name: Name,
    model: PageModels[Name],
    status?: number,
  ): void;
}

/**
 * Makes the writer of pages. Templates escape whatever they are given.
 *
 * @param csrf - for the forms on them.
 */
export function createPages(csrf: Csrf): Pages {
  const templates = new Eta({ views: VIEWS_FOLDER, cache: true, autoEscape: true, useWith: false });
  return {
    show(request, response, name, model, status = 200) {
      const login = currentLogin(request);
      const common = {
        user: login?.user,
        // Only who is logged in is shown a form, so that nobody else needs a session for it.
        csrfToken: login === undefined ? undefined : csrf.tokenFor(request),
        requestId: requestIdOf(request),
      };
      const html = templates.render(name, { ...common, ...model });
      response.status(status).type('html').send(html);
    },
  };
}
