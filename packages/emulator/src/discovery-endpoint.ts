import type { Endpoint, EmulatedPlatform } from './emulated-platform.ts';
import type { PlatformAccount } from './platform-accounts.ts';
import { jsonReply } from './reply.ts';
import { serviceHosts, type ServiceHost } from './service-hosts.ts';

/** Domain API: all services of an account. */
export const listDomains: Endpoint = ({ account, port }, platform) => {
  if (account !== undefined) return jsonReply(200, { baseURIs: hostsOf(account, platform, port) });
  if (platform.options.unknownAccount === 'empty') return jsonReply(200, { baseURIs: [] });
  return jsonReply(401, { message: 'Invalid site.' });
};

/** Domain API: one service of an account, answered as a bare object, or as a list where that is wanted. */
export const resolveDomain: Endpoint = ({ account, route, port }, platform) => {
  if (account === undefined) return jsonReply(401, { message: 'Invalid site.' });
  const entry = hostsOf(account, platform, port).find(({ service }) => service === route.domain);
  const { singleDomainAnswer, unknownServiceStatus } = platform.options;
  if (entry === undefined) return jsonReply(unknownServiceStatus, { message: 'Unknown service.' });
  return jsonReply(200, singleDomainAnswer === 'list' ? { baseURIs: [entry] } : entry);
};

/** Lists the hosts that discovery answers for an account, with the port that was asked. */
export function hostsOf(
  { accountId, platform: generation }: PlatformAccount,
  { options }: Pick<EmulatedPlatform, 'options'>,
  port: number,
): readonly ServiceHost[] {
  const { advertise, extraServices } = options;
  return serviceHosts({ accountId, platform: generation, advertise, port, extraServices });
}
