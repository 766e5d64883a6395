// On the request path of preflights: what the Fetch standard asks before the request itself (§3.2.2 "HTTP requests").
import { reply, type BaseContext, type Reply, type ReplyHeaders } from '@keelson/core'
import type { CorsPolicy } from './cors-policy.ts'

/** Longest list of header names that is given back, characters: browsers send what scripts set. */
const MAX_NAMES = 2048

const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/

const VARY = 'origin, access-control-request-method, access-control-request-headers'

/** Whether a request asks what another one may do. */
export function isPreflight(ctx: BaseContext): boolean {
  return (
    ctx.method === 'OPTIONS' &&
    ctx.header('origin') !== undefined &&
    ctx.header('access-control-request-method') !== undefined
  )
}

/** The answer to a preflight. One that is refused says nothing of the app. */
export function toPreflightReply(policy: CorsPolicy, ctx: BaseContext, allowed: boolean): Reply {
  if (!allowed) return reply(204, undefined, { vary: VARY })
  const { origins, preflight, allowedHeaders } = policy
  const headers: ReplyHeaders = {
    vary: VARY,
    'access-control-allow-origin': origins.isOpen ? '*' : ctx.header('origin'),
    'access-control-allow-methods': methodsFor(policy, ctx),
    'access-control-allow-headers':
      allowedHeaders ?? namesOf(ctx.header('access-control-request-headers') ?? ''),
    'access-control-allow-private-network':
      policy.allowsPrivateNetwork && ctx.header('access-control-request-private-network') === 'true'
        ? 'true'
        : undefined,
    ...preflight,
  }
  return reply(204, undefined, headers)
}

/** Those that have a route at the path. Where none has, the method that is asked for, so that the page can read the 404. */
function methodsFor({ methods }: CorsPolicy, ctx: BaseContext): string | undefined {
  const asked = ctx.header('access-control-request-method') ?? ''
  const { allowedMethods } = ctx
  const taken = allowedMethods.length === 0 ? [asked].filter((one) => TOKEN.test(one)) : allowedMethods
  const list = taken.filter((one) => (methods === undefined ? one !== 'OPTIONS' : methods.has(one)))
  return list.length === 0 ? undefined : list.join(', ')
}

/** Names that are asked for; nothing for what is not a list of names. */
function namesOf(asked: string): string | undefined {
  if (asked.length > MAX_NAMES) return undefined
  const names = asked.split(',').map((name) => name.trim().toLowerCase())
  return names.every((name) => TOKEN.test(name)) ? names.join(', ') : undefined
}
