import { shared } from './shared.ts'

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

/** The caller of a request, as packages need it, independent of the application's own user type. */
export interface Principal {
  /** Stable, and unique among those of its kind. */
  readonly id: string
  /** A person, a key that a person gave to a program, or a program itself. */
  readonly kind: 'user' | 'key' | 'service'
  /** What the credentials allow. Absent: those of a user are not limited, and those of others allow nothing that asks for a scope. */
  readonly scopes?: readonly string[] | undefined
}

/**
 * The caller, once authenticated: set by authentication, or by a call that names its caller. Caches, limits
 * and audit records read it, never the application's own user.
 *
 * @example
 * const who = currentFrame()?.get(PRINCIPAL)?.id ?? 'nobody'
 */
export const PRINCIPAL: FrameKey<Principal> = shared('principal', () => frameKey('principal'))

/** The tenant that the request works for; set like {@link PRINCIPAL}. */
export const TENANT: FrameKey<string> = shared('tenant', () => frameKey('tenant'))
