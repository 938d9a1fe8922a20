/** Generation of LivePerson's Functions platform. */
export type Platform = 'v1' | 'v2';

/**
 * Tells which generation a gateway belongs to.
 *
 * @param gatewayOrigin - of `faasGW`, from the Domain API.
 * @param forced - what the caller says, if it knows better than the host name.
 * @see LivePerson's own command line program, which looks for `fninvocations` in the host.
 */
export function platformOf(gatewayOrigin: string, forced: Platform | 'auto'): Platform {
  if (forced !== 'auto') return forced;
  return new URL(gatewayOrigin).hostname.includes('fninvocations') ? 'v2' : 'v1';
}
