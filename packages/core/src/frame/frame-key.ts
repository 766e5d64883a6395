/**
 * Names one slot of a {@link Frame} and carries the type of its value. Compared by identity: two keys of one name are two slots.
 */
export class FrameKey<T> {
  readonly name: string
  /** Never set; carries the type. */
  declare readonly '~value': T

  constructor(name: string) {
    this.name = name
  }
}

/**
 * Makes a key for a frame slot. Make keys at module level, never per request.
 *
 * @param name - shown in messages and debuggers
 * @example
 * const LOCALE = frameKey<string>('locale')
 * currentFrame()?.set(LOCALE, 'de')
 */
export function frameKey<T>(name: string): FrameKey<T> {
  return new FrameKey<T>(name)
}

/** The authenticated user. Set by authentication; its type is the authenticator's. */
export const USER: FrameKey<unknown> = frameKey('user')

/** The tenant that the request works for. */
export const TENANT: FrameKey<string> = frameKey('tenant')

/** The running transaction. Set with {@link Frame.with}, so that parallel branches of one request do not see each other's. */
export const TRANSACTION: FrameKey<unknown> = frameKey('transaction')
