export {
  createDomainDiscovery,
  DEFAULT_DISCOVERY_URL,
  type DomainDiscovery,
  type ServiceDomain,
} from './domain-discovery.ts';
export type { DiscoveryCallOptions, DomainDiscoveryOptions } from './domain-discovery-options.ts';
