/**
 * Why Redis did not answer. `unreachable`: nobody is connected, or the connection was lost. `timeout`: nothing came in time.
 * `refused`: Redis answered with an error.
 */
export type RedisFailureKind = 'unreachable' | 'timeout' | 'refused';

/** What became of a command that failed. */
export interface RedisFailure {
  readonly kind: RedisFailureKind;
  /** Whether Redis may have carried it out. */
  readonly sent: 'no' | 'maybe';
  /** One clause, without a full stop. Holds no argument of the command. */
  readonly reason: string;
  /** True if it may succeed by itself later. */
  readonly passing: boolean;
}

/** First words of error replies that stand for a state of the server, and not for a mistake in the command. */
const PASSING_REPLIES = /^(?:LOADING|READONLY|MASTERDOWN|CLUSTERDOWN|TRYAGAIN|BUSY|NOREPLICAS|MISCONF|OOM|UNBLOCKED)\b/;
/** All error replies begin with a word in capitals; codes of the system, which may stand alone, begin with E and a syllable. */
const REPLY = /^(?!E(?:CONN|PIPE|TIMEDOUT|HOST|NET|NOTFOUND|AI_))[A-Z][A-Z0-9]{2,}\b/;
/** A command was put off to the next connection and given up: it was never written. */
const NEVER_SENT = new Set(['The client is closed', 'The client is offline']);
const SHOWN_CHARACTERS = 200;

/**
 * Judges what a command of the library `redis` rejected with. By words, not by class: which classes there are depends on
 * the library's version, and on how many copies are installed.
 *
 * @param error - anything.
 */
export function redisFailureOf(error: unknown): RedisFailure {
  const message = error instanceof Error ? error.message : String(error);
  if (REPLY.test(message)) {
    // What follows the first sentence may quote the command.
    const reason = (message.split(', with args')[0] ?? message).slice(0, SHOWN_CHARACTERS);
    return {
      kind: 'refused',
      sent: 'maybe',
      reason: `Redis refused: ${reason}`,
      passing: PASSING_REPLIES.test(message),
    };
  }
  const sent = NEVER_SENT.has(message) ? 'no' : 'maybe';
  return { kind: 'unreachable', sent, reason: `the connection to Redis failed: ${message}`, passing: true };
}
