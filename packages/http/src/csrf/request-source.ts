// On the request path: which page had the browser send a request.
import type { BaseContext } from '@keelson/core'
import { isAllowed } from '../origin/allowed-origin.ts'
import type { Origins } from '../origin/origins.ts'

/** Whether a page of the app or of a known origin sent a request, another one, or nobody says. */
export type Source = 'own' | 'other' | 'unknown'

/**
 * Reads what browsers say of a request and no page can make them say otherwise: `Sec-Fetch-Site` (Fetch Metadata §2.3), else `Origin`
 * (RFC 6454 §7). A promise only where a function in `origins` gives one.
 *
 * @param origins - those besides the app's own
 */
export function sourceOf(ctx: BaseContext, origins: Origins): Source | Promise<Source> {
  const site = ctx.header('sec-fetch-site')
  // `none`: the user, by the address bar or a bookmark.
  if (site === 'same-origin' || site === 'none') return 'own'
  const from = ctx.header('origin')
  if (from === undefined) return site === undefined ? 'unknown' : 'other'
  if (site === undefined && isOwn(from, ctx)) return 'own'
  const allowed = isAllowed(origins, from, ctx)
  return typeof allowed === 'boolean' ? toSource(allowed) : allowed.then(toSource)
}

function toSource(allowed: boolean): Source {
  return allowed ? 'own' : 'other'
}

/** A page that came over plain HTTP, where others can write it on the way, does not belong to an app whose `publicUrl` is https. */
function isOwn(from: string, { origin, app: { publicOrigin } }: BaseContext): boolean {
  if (from === publicOrigin) return true
  return from === origin && (from.startsWith('https:') || publicOrigin?.startsWith('https:') !== true)
}

const ESSENCE = /^([\w!#$&^.+-]+\/[\w!#$&^.+-]+)[ \t]*(?:;|$)/

/** What browsers send to another origin without asking it before: for forms and scripts (Fetch §2.2.2), for links with `ping`, reports. */
const UNASKED_TYPES: ReadonlySet<string> = new Set([
  'application/x-www-form-urlencoded',
  'multipart/form-data',
  'text/plain',
  'text/ping',
  'application/csp-report',
  'application/reports+json',
])

/** Whether a page can have a browser send a body of this `content-type` without a preflight; also one that cannot be read. */
export function isSentUnasked(contentType: string | undefined): boolean {
  const essence = ESSENCE.exec(contentType ?? '')?.[1]?.toLowerCase()
  return essence === undefined || UNASKED_TYPES.has(essence)
}

/** Methods that change nothing (RFC 9110 §9.2.1, and QUERY of draft-ietf-httpbis-safe-method-w-body). */
export const SAFE_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE', 'QUERY'])
