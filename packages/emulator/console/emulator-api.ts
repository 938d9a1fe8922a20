/** A refusal of the scripting interface, or no answer at all. */
class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/**
 * Asks the emulator's scripting interface, which stands on the port that the page came from.
 *
 * @param path - below `/_emulator`, with what comes from outside encoded: see {@link pathOf}
 * @throws an error with a `code`, the interface's own or UNREACHABLE or ABORTED
 */
export async function ask<T>(
  method: 'GET' | 'POST' | 'PUT' | 'DELETE',
  path: string,
  body?: unknown,
  signal?: AbortSignal,
): Promise<T> {
  let response: Response;
  try {
    response = await fetch(`/_emulator${path}`, {
      method,
      headers: body === undefined ? {} : { 'content-type': 'application/json' },
      body: body === undefined ? null : JSON.stringify(body),
      signal: signal ?? null,
      cache: 'no-store',
    });
  } catch (error) {
    if (signal?.aborted === true) throw new ApiError('ABORTED', 'Cancelled.');
    throw new ApiError('UNREACHABLE', `The emulator does not answer: ${error instanceof Error ? error.message : ''}`);
  }
  const text = await response.text();
  const value: unknown = text === '' ? undefined : JSON.parse(text);
  if (response.ok) return value as T;
  const refused = (value as { readonly error?: { readonly code: string; readonly message: string } } | undefined)
    ?.error;
  throw new ApiError(
    refused?.code ?? String(response.status),
    refused?.message ?? `Status ${String(response.status)}.`,
  );
}

/** Joins segments to a path, each encoded, so that no name can reach beyond its place. */
export function pathOf(...segments: readonly string[]): string {
  return segments.map((segment) => `/${encodeURIComponent(segment)}`).join('');
}

/** Says what went wrong, for a person. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
