// On the request path: cookies whose names have a prefix, which browsers refuse over plain HTTP (RFC 6265bis §4.1.3). In development and test
// such a cookie goes there without it, so that one name, the whole one, reads it everywhere.
import type { AppFacts } from '../route/index.ts'
import type { Call } from './call.ts'

const PREFIX = /^__(?:Host|Secure)-(?=.)/

/** Whether cookies go without prefixes: over plain HTTP, but never in production. */
function goesPlain({ mode }: AppFacts, { scheme }: Call): boolean {
  return mode !== 'production' && scheme !== 'https'
}

/** A cookie by its whole name. */
export function cookieOf(name: string, call: Call, app: AppFacts): string | undefined {
  if (!PREFIX.test(name) || !goesPlain(app, call)) return call.cookie(name)
  return call.cookie(name.replace(PREFIX, '')) ?? call.cookie(name)
}

/** Puts cookies that came without their prefix under the names that a route declares. */
export type Restore = (cookies: unknown, call: Call, app: AppFacts) => void

/**
 * Makes the function that does it.
 *
 * @param schema - JSON Schema of the declared cookies
 * @returns `undefined` where no declared name has a prefix
 */
export function restorePrefixes(schema: { readonly properties?: unknown } | undefined): Restore | undefined {
  const names = Object.keys(schema?.properties ?? {}).filter((name) => PREFIX.test(name))
  if (names.length === 0) return undefined
  return (cookies, call, app) => {
    if (!goesPlain(app, call)) return
    // Made for this request.
    const all = cookies as Record<string, unknown>
    for (const name of names) {
      const value = all[name.replace(PREFIX, '')]
      if (value !== undefined) all[name] = value
    }
  }
}
