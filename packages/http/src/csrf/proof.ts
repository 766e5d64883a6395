// On the request path: whether a request has to prove that a page of the app sent it.
import type { BaseContext, RouteFacts } from '@keelson/core'
import type { Origins } from '../origin/origins.ts'
import { CsrfError } from './csrf-error.ts'
import { isSentUnasked, SAFE_METHODS, sourceOf, type Source } from './request-source.ts'

/** Whether calls of a plan can change something: by their method, as those of a mounted handler may, or once they have switched the protocol. */
export function guardsPlan({ method, upgrades }: RouteFacts): boolean {
  return upgrades !== undefined || (method !== undefined && !SAFE_METHODS.has(method))
}

/**
 * Whether nothing says that a request was sent by a page that may, and a form may have sent it.
 *
 * @throws {CsrfError} for a request of another page
 */
export function needsProof(
  ctx: BaseContext,
  origins: Origins,
  { upgrades }: Pick<RouteFacts, 'upgrades'>,
): boolean | Promise<boolean> {
  const isSafe = SAFE_METHODS.has(ctx.method)
  if (isSafe && upgrades === undefined) return false
  return once(sourceOf(ctx, origins), (source) => {
    assertNotOther(source)
    // Every browser says the origin of a handshake (RFC 6455 §4.1): who says none is a program.
    return source === 'unknown' && !isSafe && isSentUnasked(ctx.header('content-type'))
  })
}

function assertNotOther(source: Source): void {
  if (source === 'other')
    throw new CsrfError({ message: 'A page of another site had the browser send the request.' })
}

/** The refusal of a request that proves nothing. */
export function unproven(): Error {
  return new CsrfError({
    message:
      'Nothing says which page sent the request: it has neither sec-fetch-site nor origin, and a form could send it.',
  })
}

/** Goes on with a value once it is there: at once, unless it is promised. */
export function once<T, R>(given: T | Promise<T>, next: (value: T) => R | Promise<R>): R | Promise<R> {
  return given instanceof Promise ? given.then(next) : next(given)
}
