/**
 * Sessions of people with a browser: begun at sign-in, rotated, listed and ended; and the scheme that finds the caller by one.
 *
 * @module
 */
export type {
  DestroyByUserOptions,
  PreviousSecret,
  ReauthenticatedOptions,
  RevokedSessions,
  Session,
  SessionStore,
  SignedIn,
  SignInOptions,
  StoredSession,
} from './contract.ts'
export { keyValueSessionStore } from './key-value-session-store.ts'
export type { OnRevokedOptions, RevokedListener } from './revocations.ts'
export { session, type SessionErrors, type SessionSchemeOptions } from './session-scheme.ts'
export { Sessions, type BindSessionsOptions, type SessionsOptions } from './sessions.ts'
