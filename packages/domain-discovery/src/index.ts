export {
  createDomainDiscovery,
  DEFAULT_DISCOVERY_URL,
  type DiscoveryCallOptions,
  type DomainDiscovery,
  type DomainDiscoveryOptions,
  type ServiceDomain,
} from './domain-discovery.ts';
