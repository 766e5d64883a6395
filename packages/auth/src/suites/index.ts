/**
 * What the stores of this package promise, as tests: an implementation runs them in its own runner.
 *
 * @module
 */
export { apiKeyStoreSuite, type ApiKeyStoreSubject } from './api-key-store-suite.ts'
export { refreshTokenStoreSuite, type RefreshTokenStoreSubject } from './refresh-token-store-suite.ts'
export { sessionStoreSuite, type SessionStoreSubject } from './session-store-suite.ts'
