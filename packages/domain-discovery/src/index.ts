export {
  createDomainDiscovery,
  DEFAULT_DISCOVERY_URL,
  type DomainDiscovery,
  type ServiceDomain,
} from './domain-discovery.ts';
export type { DiscoveryCallOptions, DomainDiscoveryOptions, ResolveOptions } from './domain-discovery-options.ts';
export type { DomainStore, StoredDomains } from './domain-store.ts';
