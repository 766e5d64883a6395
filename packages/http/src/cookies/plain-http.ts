// What becomes of secure cookies where requests come over plain HTTP.
import type { AppFacts, BaseContext } from '@keelson/core'

/** What functions of cookies use of a context. */
export type CookieContext = Pick<BaseContext, 'app' | 'scheme' | 'cookie' | 'responseHeaders' | 'log'>

/** Whether cookies are written without what needs TLS: over plain HTTP, but never in production. */
export function isPlain({ app, scheme }: Pick<CookieContext, 'app' | 'scheme'>): boolean {
  return app.mode !== 'production' && scheme !== 'https'
}

/** Apps that have been told. */
const told = new WeakSet<AppFacts>()

/** Tells once in each app what plain HTTP does to a secure cookie. */
export function tellOfPlainHttp({ app, scheme, log }: CookieContext): void {
  if (scheme === 'https' || told.has(app)) return
  if (app.mode === 'production' && app.publicOrigin?.startsWith('https:') === true) return
  told.add(app)
  if (app.mode === 'production')
    log.warn(
      'A cookie with Secure was set over plain HTTP, and browsers refuse it. Behind a proxy that serves HTTPS give server.trustProxy, or publicUrl; else serve it by server.tls.',
    )
  else
    log.info(
      'Requests come over plain HTTP, so cookies go out without Secure and without the prefix of their name. Over HTTPS they have both; in production plain HTTP stops the start.',
    )
}

/** Why a start in production is refused where nobody can ask over TLS; `undefined` where it is not. */
export function plainHttpProblem(
  { mode, canBeSecure }: AppFacts,
  what: string,
): { readonly message: string; readonly remedy: string } | undefined {
  if (mode !== 'production' || canBeSecure) return undefined
  return {
    message: `${what}, and nothing says that the app is reached over HTTPS.`,
    remedy:
      "Behind a proxy that serves HTTPS give server.trustProxy, or publicUrl: 'https://shop.example'; else server.tls; on a machine of your own, mode: 'development'.",
  }
}
