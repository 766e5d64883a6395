/**
 * API keys: made, shown once, stored as hashes, listed and revoked; and the scheme that finds the caller by one.
 *
 * @module
 */
export { apiKeys, type ApiKeySchemeOptions } from './api-key-scheme.ts'
export { ApiKeys, type ApiKeysOptions, type BindApiKeysOptions } from './api-keys.ts'
export type { ApiKey, ApiKeyStore, IssueApiKeyOptions, IssuedApiKey, StoredApiKey } from './contract.ts'
export { keyValueApiKeyStore } from './key-value-api-key-store.ts'
