/**
 * What the stores of this package promise, as tests: an implementation runs them in its own runner.
 *
 * @module
 */
export {
  apiKeyStoreSuite,
  type ApiKeyStoreSubject,
  type ApiKeyStoreSuiteOptions,
} from './api-key-store-suite.ts'
export {
  refreshTokenStoreSuite,
  type RefreshTokenStoreSubject,
  type RefreshTokenStoreSuiteOptions,
} from './refresh-token-store-suite.ts'
export {
  sessionStoreSuite,
  type SessionStoreSubject,
  type SessionStoreSuiteOptions,
} from './session-store-suite.ts'
