/**
 * Who calls, and what they may do.
 *
 * @module
 */
export { anyOf, identityOf, scheme } from './schemes/index.ts'
export type {
  AnySchemeDefinition,
  Identity,
  Scheme,
  SchemeDefinition,
  SchemeErrors,
  SchemeHeld,
  SchemeServices,
} from './schemes/index.ts'
export type { AuthMessage, AuthMessageName } from './events/index.ts'
export { ability, allRules, anyRule, NotRecentError, recent, role, signedIn } from './rules/index.ts'
export type {
  AbilityRule,
  AllOfRules,
  AnyOfRules,
  MaybeUser,
  RecentOptions,
  RecentRule,
  RoleRule,
  Rules,
  SignedInRule,
  UserWithRoles,
} from './rules/index.ts'
export * from './api-keys/index.ts'
export * from './bearer/index.ts'
export * from './end-access/index.ts'
export * from './passwords/index.ts'
export * from './policy/index.ts'
export * from './sessions/index.ts'
export * from './tokens/index.ts'
