export { anyOf } from './any-of.ts'
export type {
  AnySchemeDefinition,
  Identity,
  Scheme,
  SchemeDefinition,
  SchemeErrors,
  SchemeHeld,
} from './contract.ts'
export { identityOf } from './identity.ts'
export { scheme } from './scheme.ts'
