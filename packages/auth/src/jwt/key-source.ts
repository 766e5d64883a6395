import { chooseKeys, type KeyChoice, type VerificationKey } from './verification-key.ts'

/** Where keys come from. */
export interface KeySource {
  /** Another number when a key is there no more: what it verified is to be verified again. */
  readonly revision: number
  /** Whether the keys are known well enough for what they have verified. Costs no promise. */
  isUsable(): boolean
  /**
   * The keys that a token may be by; empty when there is none.
   *
   * @throws {ServiceUnavailableError} when it cannot be known
   */
  find(choice: KeyChoice): readonly VerificationKey[] | Promise<readonly VerificationKey[]>
}

/** Keys that the app was given: they never change. */
export function fixedKeys(keys: readonly VerificationKey[]): KeySource {
  return { revision: 0, isUsable: () => true, find: (choice) => chooseKeys(keys, choice) }
}
