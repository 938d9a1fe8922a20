const SHOWN = '[secret]';

/**
 * Holds a value that must not be printed: a client secret, a token. Printing, inspecting, concatenating and serialising
 * it all give `[secret]`; only {@link Secret.reveal} gives the value.
 *
 * @example
 * ```ts
 * import { Secret } from '@lp-functions/errors';
 *
 * const secret = new Secret('s3cret');
 * console.log(`${secret}`); // [secret]
 * ```
 */
export class Secret {
  static {
    // What util.inspect, and so console.log, shows.
    Object.defineProperty(this.prototype, Symbol.for('nodejs.util.inspect.custom'), { value: () => SHOWN });
  }

  readonly #value: string;

  /** @param value - the text to keep. */
  constructor(value: string) {
    this.#value = value;
  }

  /** The value itself. Call it where the value is sent, and nowhere else. */
  reveal(): string {
    return this.#value;
  }

  /** `[secret]`. */
  toString(): string {
    return SHOWN;
  }

  /** `[secret]`. */
  toJSON(): string {
    return SHOWN;
  }
}
