// On the request path: whom a request is counted for.
import { createHash } from 'node:crypto'
import { InternalError, PRINCIPAL, type BaseContext } from '@keelson/core'
import { networkOf, type NetworkBits } from './network.ts'
import type { QuotaBy } from './options.ts'

/** How coarsely callers are told apart: each by itself, or, where there is no room for that, in groups and in large ones. */
export type Level = 0 | 1 | 2

/** The text that a request is counted for, without control characters and not long; `undefined` where it is not counted. */
export type CallerOf = (ctx: BaseContext, level: Level) => string | undefined

/**
 * How callers are told apart by one or several of their properties.
 *
 * @param ipv6Prefix - leading bits of an IPv6 address that are one caller
 */
export function callerOf(by: QuotaBy | readonly QuotaBy[], ipv6Prefix: number): CallerOf {
  if (typeof by === 'function') return byFunction(by)
  if (typeof by === 'string') return by === 'route' ? routeOf : byAddress(by, ipv6Prefix)
  const parts = by.map((one) => callerOf(one, ipv6Prefix))
  if (parts.length === 1) return parts[0] as CallerOf
  return (ctx, level) => {
    const texts = parts.map((part) => part(ctx, level))
    // No part has a space.
    return texts.includes(undefined) ? undefined : texts.join(' ')
  }
}

/** A route stays one of few at every level. */
const routeOf: CallerOf = ({ routeName }) => (routeName === undefined ? undefined : groupOf(routeName, 0))

function byAddress(by: 'ip' | 'principal', ipv6Prefix: number): CallerOf {
  // What a site gets (RFC 6177), and what a network operator does.
  const bits: readonly [NetworkBits, NetworkBits, NetworkBits] = [
    { ipv4: 32, ipv6: ipv6Prefix },
    { ipv4: 24, ipv6: Math.min(ipv6Prefix, 48) },
    { ipv4: 16, ipv6: Math.min(ipv6Prefix, 32) },
  ]
  const addressOf: CallerOf = ({ remoteAddress }, level) => networkOf(remoteAddress, bits[level])
  if (by === 'ip') return addressOf
  return (ctx, level) => {
    const principal = ctx.frame.get(PRINCIPAL)
    return principal === undefined
      ? addressOf(ctx, level)
      : `${principal.kind}:${groupOf(principal.id, level)}`
  }
}

function byFunction(by: Extract<QuotaBy, Function>): CallerOf {
  return (ctx, level) => {
    const text: unknown = by(ctx)
    if (text === undefined) return undefined
    if (typeof text === 'string') return groupOf(text, level)
    throw new InternalError(`by of a rate limit gave ${typeof text}, not a text or undefined.`)
  }
}

/** Texts that a key of a store can hold. */
const PLAIN = /^[!"$-~][!-~]{0,63}$/

/** The text, or a hash of what is long or odd, which cannot be taken for each other; one of 256 groups; or one of all. */
export function groupOf(text: string, level: Level): string {
  if (level === 2) return '*'
  if (level === 0 && PLAIN.test(text)) return text
  const hash = createHash('sha256').update(text)
  return level === 0 ? `#${hash.digest('base64url')}` : hash.digest('hex').slice(0, 2)
}
