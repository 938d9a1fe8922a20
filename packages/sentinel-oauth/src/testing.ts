export { type StoreCheck, tokenStoreChecks, type TokenStoreUnderTest } from './store-conformance.ts';
