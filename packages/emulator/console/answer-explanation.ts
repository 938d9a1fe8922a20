import type { InvocationView } from './emulator-views.ts';

/** What an answer means for whoever called. */
export interface AnswerExplanation {
  readonly tone: 'good' | 'bad';
  readonly title: string;
  readonly detail: string;
}

/** Codes with these beginnings are about the brand's own function. */
const FUNCTION_CODES = /^com\.(?:customer\.|liveperson\.faas\.handler\.)/;

/** Explains an invocation's outcome in the words of `@lp-functions/client`: the class of error it raises, code and message. */
export function explained({ stage, outcome, status = 0, body = '', problem = '' }: InvocationView): AnswerExplanation {
  if (outcome !== 'answered') {
    return { tone: 'bad', title: outcome === 'cut' ? 'No answer' : 'Timed out', detail: `TransportError: ${problem}` };
  }
  if (stage === 'sentinel') {
    const { error, error_description: description } = fieldsOf(body);
    const reason = [error, description].filter((part) => part !== undefined).join(': ');
    return { tone: 'bad', title: 'No token', detail: `SentinelOAuthError: ${reason || 'Sentinel gave no reason.'}` };
  }
  if (status >= 200 && status < 300) return { tone: 'good', title: 'Success', detail: '' };
  const { code, errorCode, message, errorMsg } = fieldsOf(body);
  const platformCode = code ?? errorCode ?? '';
  const words = message ?? errorMsg ?? '';
  const own = status === 901 || status === 499 || FUNCTION_CODES.test(platformCode);
  return {
    tone: 'bad',
    title: own ? 'The function failed' : 'The platform refused',
    detail: [own ? 'FaaSLambdaError' : 'FaaSDetailedError', platformCode, words]
      .filter((part) => part !== '')
      .join(': '),
  };
}

function fieldsOf(body: string): Readonly<Record<string, string | undefined>> {
  try {
    const value: unknown = JSON.parse(body);
    if (typeof value !== 'object' || value === null) return {};
    return Object.fromEntries(
      Object.entries(value).map(([name, content]) => [name, typeof content === 'string' ? content : undefined]),
    );
  } catch {
    return {};
  }
}
