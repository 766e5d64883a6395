// On the request path: what `cors` does with requests and answers.
import type { BaseContext, PartsForRoute, Reply, ResponseHeaders } from '@keelson/core'
import { isAllowed } from '../origin/allowed-origin.ts'
import { linesFor, type CorsPolicy } from './cors-policy.ts'
import { isPreflight, toPreflightReply } from './preflight.ts'

/** What the `run` of `cors` gives. */
export type Received = Reply | undefined | Promise<Reply | undefined>

/** The parts of `cors` in a plan. */
export type CorsParts = PartsForRoute<Received, {}, object>

/** Answers preflights; before a mounted handler, whose answer no other part may see, it says the headers of all else. */
export function receive(policy: CorsPolicy, isMount: boolean): CorsParts['run'] {
  const settle = (ctx: BaseContext, allowed: boolean): Reply | undefined => {
    if (isPreflight(ctx)) return toPreflightReply(policy, ctx, allowed)
    if (isMount) lay(policy, ctx, allowed)
    return undefined
  }
  return (ctx) => {
    if (!isMount && !isPreflight(ctx) && policy.origins.functions.length === 0) return undefined
    const origin = ctx.header('origin')
    const allowed = origin === undefined ? policy.origins.isOpen : isAllowed(policy.origins, origin, ctx)
    return typeof allowed === 'boolean' ? settle(ctx, allowed) : allowed.then((one) => settle(ctx, one))
  }
}

/** Asks functions before the handler runs, so that also the answer to a passed deadline has headers. */
export function decideEarly({ origins }: CorsPolicy): CorsParts['run'] {
  return (ctx) => {
    const origin = ctx.header('origin')
    if (origin === undefined) return undefined
    const allowed = isAllowed(origins, origin, ctx)
    return typeof allowed === 'boolean' ? undefined : allowed.then(() => undefined)
  }
}

/** Says the headers of an answer, errors of other middleware included. */
export function encodeBy(policy: CorsPolicy): CorsParts['encode'] {
  return (ctx, { headers }) => {
    const origin = ctx.header('origin')
    if (origin === undefined || policy.origins.isOpen)
      return write(policy, headers, policy.origins.isOpen ? '*' : undefined)
    const allowed = isAllowed(policy.origins, origin, ctx)
    if (typeof allowed === 'boolean') return write(policy, headers, allowed ? origin : undefined)
    return allowed.then((one) => write(policy, headers, one ? origin : undefined))
  }
}

/**
 * What an answer says of CORS by itself stays.
 *
 * @param origin - `undefined` where no page may read it
 */
function write(policy: CorsPolicy, headers: ResponseHeaders, origin: string | undefined): void {
  const { flat } = headers
  let isOwn = false
  let hasVary = false
  for (let at = 0; at < flat.length; at += 2) {
    if (flat[at] === 'vary') hasVary = true
    else if (flat[at] === 'access-control-allow-origin') isOwn = true
  }
  if (!policy.origins.isOpen) {
    if (hasVary) headers.vary('origin')
    else flat.push('vary', 'origin')
  }
  if (!isOwn && origin !== undefined)
    flat.push(...(policy.byOrigin.get(origin) ?? linesFor(origin, policy.lines)))
}

function lay(policy: CorsPolicy, { header, responseHeaders }: BaseContext, allowed: boolean): void {
  const { isOpen } = policy.origins
  if (!isOpen) responseHeaders.vary('origin')
  if (!allowed) return
  const lines = linesFor(isOpen ? '*' : header('origin')!, policy.lines)
  for (let at = 0; at < lines.length; at += 2) responseHeaders.set(lines[at]!, lines[at + 1]!)
}
