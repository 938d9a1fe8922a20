export {
  createDomainDiscovery,
  DEFAULT_DISCOVERY_URL,
  type DiscoveryCallOptions,
  type DomainDiscovery,
  type DomainDiscoveryOptions,
  type ResolveOptions,
  type ServiceDomain,
} from './domain-discovery.ts';
export type { DomainStore, StoredDomains } from './domain-store.ts';
