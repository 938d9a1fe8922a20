/**
 * The mark every error of this family carries. A registered symbol, so that two installed copies of this package still
 * recognise each other's errors, where `instanceof` would not.
 */
export const ERROR_BRAND: unique symbol = Symbol.for('@lp-functions/error') as never;

/** True if `value` is an object that carries the mark. */
export function isBranded(value: unknown): value is { readonly name: string } {
  return typeof value === 'object' && value !== null && (value as Record<PropertyKey, unknown>)[ERROR_BRAND] === true;
}
