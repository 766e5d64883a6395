const kRefusal = Symbol.for('keelson.refusal')

/** An answer of an access rule that says why; made by {@link refuse}. */
export interface Refusal {
  /** For the log alone. */
  readonly reason: string
  readonly '~refusal': true
}

/** Has a prototype of its own, so that values that are plain need not be asked whether they are one. */
class GivenRefusal implements Refusal {
  readonly reason: string
  declare readonly '~refusal': true

  constructor(reason: string) {
    this.reason = reason
  }
}
Object.defineProperty(GivenRefusal.prototype, kRefusal, { value: true })

/**
 * Refuses from `allow` or `load` of an access rule, as `false` does, and tells the log why. The caller gets 403 and not a word
 * of it.
 *
 * @example
 * const paid = accessRule({
 *   name: 'paid',
 *   needs: needs<{ user: User }>('user'),
 *   allow: ({ user }) => user.plan !== 'free' || refuse(`plan of ${user.id} is free`),
 * })
 */
export function refuse(reason: string): Refusal {
  return Object.freeze(new GivenRefusal(reason)) as Refusal
}

/** Whether a value was made by {@link refuse}, in any copy of the package. */
export function isRefusal(value: unknown): value is Refusal {
  return typeof value === 'object' && value !== null && kRefusal in value
}
