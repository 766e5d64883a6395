export { anyOf } from './any-of.ts'
export type {
  AnySchemeDefinition,
  Identity,
  Scheme,
  SchemeDefinition,
  SchemeErrors,
  SchemeHeld,
  SchemeServices,
} from './contract.ts'
export { identityOf } from './identity.ts'
export { isSomebody } from './is-somebody.ts'
export { scheme } from './scheme.ts'
export { tokenSecurity } from './token-security.ts'
