// On the request path: whom a request is counted for.
import { createHash } from 'node:crypto'
import { InternalError, PRINCIPAL, type BaseContext } from '@keelson/core'
import { networkOf } from './network.ts'
import type { QuotaBy } from './options.ts'

/** The text that a request is counted for, without control characters and not long; `undefined` where it is not counted. */
export type CallerOf = (ctx: BaseContext) => string | undefined

/** How callers are told apart by one or several of their properties. */
export function callerOf(by: QuotaBy | readonly QuotaBy[]): CallerOf {
  if (typeof by === 'string') return CALLERS[by]
  if (typeof by === 'function') return byFunction(by)
  const parts = by.map(callerOf)
  if (parts.length === 1) return parts[0] as CallerOf
  return (ctx) => {
    const texts = parts.map((part) => part(ctx))
    // No part has a space.
    return texts.includes(undefined) ? undefined : texts.join(' ')
  }
}

const CALLERS: Readonly<Record<Extract<QuotaBy, string>, CallerOf>> = {
  ip: ({ remoteAddress }) => networkOf(remoteAddress),
  principal: (ctx) => {
    const principal = ctx.frame.get(PRINCIPAL)
    return principal === undefined ? networkOf(ctx.remoteAddress) : `${principal.kind}:${plain(principal.id)}`
  },
  route: ({ routeName }) => (routeName === undefined ? undefined : plain(routeName)),
}

function byFunction(by: Extract<QuotaBy, Function>): CallerOf {
  return (ctx) => {
    const text: unknown = by(ctx)
    if (text === undefined) return undefined
    if (typeof text === 'string') return plain(text)
    throw new InternalError(`by of a rate limit gave ${typeof text}, not a text or undefined.`)
  }
}

/** Texts that a key of a store can hold. */
const PLAIN = /^[!"$-~][!-~]{0,63}$/

/** The text, or a hash of what is long or odd. The two cannot be taken for each other. */
function plain(text: string): string {
  return PLAIN.test(text) ? text : `#${createHash('sha256').update(text).digest('base64url')}`
}
