// Which page had the browser send a request of an unsafe method.
import type { BaseContext } from '@keelson/core'

/** Whether a page of the app or of a known origin sent a request, another one, or nobody says. */
export type Source = 'own' | 'other' | 'unknown'

/**
 * Reads what browsers say of a request and no page can make them say otherwise: `Sec-Fetch-Site` (Fetch Metadata §2.3), else `Origin`
 * (RFC 6454 §7).
 *
 * @param origins - those besides the app's own
 */
export function sourceOf({ header, origin, app }: BaseContext, origins: ReadonlySet<string>): Source {
  const site = header('sec-fetch-site')
  // `none`: the user, by the address bar or a bookmark.
  if (site === 'same-origin' || site === 'none') return 'own'
  const from = header('origin')
  if (from !== undefined && origins.has(from)) return 'own'
  if (site !== undefined) return 'other'
  if (from === undefined) return 'unknown'
  return from === origin || from === app.publicOrigin ? 'own' : 'other'
}

const ESSENCE = /^([\w!#$&^.+-]+\/[\w!#$&^.+-]+)[ \t]*(?:;|$)/

/** What a page may send to another origin without being asked before (Fetch §2.2.2). */
const FORM_TYPES: ReadonlySet<string> = new Set([
  'application/x-www-form-urlencoded',
  'multipart/form-data',
  'text/plain',
])

/** Whether a form, or a script without a preflight, can send a body of this `content-type`; also one that cannot be read. */
export function isFormType(contentType: string | undefined): boolean {
  const essence = ESSENCE.exec(contentType ?? '')?.[1]?.toLowerCase()
  return essence === undefined || FORM_TYPES.has(essence)
}

/** Methods that change nothing (RFC 9110 §9.2.1, and QUERY of draft-ietf-httpbis-safe-method-w-body). */
export const SAFE_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE', 'QUERY'])
