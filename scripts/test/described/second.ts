/** What hello throws. */
export class Trouble extends Error {}
