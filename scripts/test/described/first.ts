/** Says hello. @throws {@link Trouble} if nobody is there. */
export function hello(): string {
  return 'hello';
}

export const undescribed = 1;

/** Says more than {@link nobodyKnows}. */
export interface Greeting {
  /** The words. */
  readonly words: string;
  readonly silent: boolean;
}
