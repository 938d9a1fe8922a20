import { context, SpanKind, SpanStatusCode, trace, type Tracer } from '@opentelemetry/api';
import type { RequestHandler } from 'express';
import { requestIdOf } from '../web/request-log.ts';

/**
 * A server span for every request, by the conventions for HTTP. It begins a trace of its own: what a browser sends as
 * `traceparent` is anybody's.
 */
export function requestSpans(tracer: Tracer): RequestHandler {
  return (request, response, next) => {
    const { method, path } = request;
    const attributes = {
      'http.request.method': method,
      'url.path': path,
      'http.request.header.x-request-id': [requestIdOf(request)],
    };
    const span = tracer.startSpan(method, { kind: SpanKind.SERVER, attributes });
    response.once('close', () => {
      const { statusCode } = response;
      // Known only now: the routes come after this.
      const route = routeOf(request);
      if (route !== undefined) span.updateName(`${method} ${route}`).setAttribute('http.route', route);
      span.setAttribute('http.response.status_code', statusCode);
      if (statusCode >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
      span.end();
    });
    context.with(trace.setSpan(context.active(), span), next);
  };
}

function routeOf({ route, baseUrl }: { readonly route?: unknown; readonly baseUrl: string }): string | undefined {
  const { path } = (route ?? {}) as { readonly path?: unknown };
  return typeof path === 'string' ? `${baseUrl}${path}` : undefined;
}
