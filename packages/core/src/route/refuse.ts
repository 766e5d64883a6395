import { checkOptions, optionTable, text } from '../errors/index.ts'

const kRefusal = Symbol.for('keelson.refusal')

/** An answer of an access rule that says why; made by {@link refuse}. */
export interface Refusal {
  /** For the log alone. */
  readonly reason: string
  /** For the caller. */
  readonly detail: string | undefined
  readonly '~refusal': true
}

/** What {@link refuse} takes besides the reason. */
export interface RefuseOptions {
  /** A sentence for the caller: the `detail` of the 403. Default: none. */
  readonly detail?: string | undefined
}

const REFUSE_OPTIONS = optionTable<RefuseOptions>({
  detail: text('A sentence for the caller.', { minLength: 1 }),
})

/** Has a prototype of its own, so that values that are plain need not be asked whether they are one. */
class GivenRefusal implements Refusal {
  readonly reason: string
  readonly detail: string | undefined
  declare readonly '~refusal': true

  constructor(reason: string, detail: string | undefined) {
    this.reason = reason
    this.detail = detail
  }
}
Object.defineProperty(GivenRefusal.prototype, kRefusal, { value: true })

/**
 * Refuses from `allow` or `load` of an access rule, as `false` does, and tells the log why. The caller gets 403 and not a word
 * of it: what the caller is to know is the `detail`.
 *
 * @throws {SetupError} `ERR_CORE_OPTION` for options that it does not take
 * @example
 * const paid = accessRule({
 *   name: 'paid',
 *   needs: needs<{ user: User }>('user'),
 *   allow: ({ user }) =>
 *     user.plan !== 'free' || refuse(`plan of ${user.id} is free`, { detail: 'Exports need a paid plan.' }),
 * })
 */
export function refuse(reason: string, options: RefuseOptions = {}): Refusal {
  checkOptions(REFUSE_OPTIONS, options, { name: 'refuse', below: refuse as never })
  return Object.freeze(new GivenRefusal(reason, options.detail)) as Refusal
}

/** Whether a value was made by {@link refuse}, in any copy of the package. */
export function isRefusal(value: unknown): value is Refusal {
  return typeof value === 'object' && value !== null && kRefusal in value
}
