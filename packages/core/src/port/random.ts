import { withMethods, type OptionKind } from '../errors/index.ts'

/** Most bytes of one call. */
export const MAX_RANDOM_BYTES = 65_536

/** Largest bound of `int`. */
export const MAX_RANDOM_INT = 2 ** 48 - 1

/** Gives random values. Use it instead of `Math.random()`, and tests are repeatable. */
export interface Random {
  /** @throws {PortArgumentError} when the length is not a whole number from 0 to {@link MAX_RANDOM_BYTES} */
  bytes(length: number): Uint8Array
  /**
   * A whole number from 0 up to but not including `below`, each equally likely.
   *
   * @throws {PortArgumentError} when `below` is not a whole number from 1 to {@link MAX_RANDOM_INT}
   */
  int(below: number): number
  /** A random UUID, version 4 (RFC 9562 §5.4). */
  uuid(): string
}

/** The kind of value that an option takes as a source of randomness. */
export const RANDOM_KIND: OptionKind = withMethods('a Random', ['bytes', 'int', 'uuid'])
