import { SetupError, type KeyValueStore } from '@keelson/core'
import { ofKind, valueProblems, withMethods } from '@keelson/core/options'

/** What a function of `store` has to give, besides a key-value store. */
export interface StoreKind {
  /** Of whom, as {@link bindWith} names it: `Sessions`. */
  readonly name: string
  /** `a KeyValueStore or a SessionStore`. */
  readonly what: string
  readonly methods: readonly string[]
}

/**
 * A store that a function of the app gave.
 *
 * @throws {SetupError} `ERR_CORE_OPTION` for what is not a store, such as the promise of one
 */
export function givenStore<T extends object>(
  given: KeyValueStore | T,
  { name, what, methods }: StoreKind,
): KeyValueStore | T {
  if (typeof given === 'object' && given !== null && 'capabilities' in given) return given
  const kind = ofKind(withMethods(what, methods), 'Where they are kept.')
  const problems = valueProblems(kind, given, { name, argument: 'store()' })
  if (problems.length > 0) throw new SetupError(problems)
  return given
}
