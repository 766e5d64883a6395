import type { AppSecret } from '@keelson/core'
import { integer, listOf, optionTable, SECRET_OPTION, type WithDefaults } from '@keelson/core/options'

/** Options of {@link Passwords}. */
export interface PasswordsOptions {
  /**
   * Secrets that are not in the database, without which its hashes are worth nothing: the first is used for new hashes, all of them verify. At
   * least 256 bits each. A hash begins with the id of the one it was made with. Default: none.
   */
  readonly pepper?: readonly AppSecret[] | undefined
  /** Memory of one hash, KiB: from 19_456, which is the default (19 MiB), to 1_048_576. */
  readonly memoryKiB?: number | undefined
  /** Passes over that memory, from 2, which is the default, to 16. */
  readonly passes?: number | undefined
  /** Most hashes at once; each keeps one of the threads busy that files and DNS need as well (libuv has 4). Default 2. */
  readonly maxConcurrent?: number | undefined
  /** Most calls that wait for their turn; others are answered 503. Default 50. */
  readonly maxQueued?: number | undefined
}

export const PASSWORDS_OPTIONS = optionTable<PasswordsOptions>({
  pepper: listOf(SECRET_OPTION, 'Secrets that are not in the database, the current one first.', {
    minItems: 1,
  }),
  memoryKiB: integer('Memory of one hash, KiB.', {
    minimum: 19_456,
    maximum: 1_048_576,
    default: 19_456,
  }),
  passes: integer('Passes over the memory.', { minimum: 2, maximum: 16, default: 2 }),
  maxConcurrent: integer('Most hashes at once.', {
    minimum: 1,
    maximum: 64,
    default: 2,
  }),
  maxQueued: integer('Most calls that wait for their turn.', {
    minimum: 0,
    maximum: 10_000,
    default: 50,
  }),
})

/** The options, with what is by default. */
export type ReadyPasswordsOptions = WithDefaults<PasswordsOptions, Exclude<keyof PasswordsOptions, 'pepper'>>
