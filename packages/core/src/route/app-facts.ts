import type { AppMode } from '../errors/index.ts'

/** What is known of an app before its first request; one object in each app. */
export interface AppFacts {
  readonly mode: AppMode
  /** What `createApp({ publicUrl })` says, as browsers write an origin: `https://shop.example`; `undefined` without it. */
  readonly publicOrigin: string | undefined
  /**
   * Whether callers can reach it over TLS, as far as the options say: it has a certificate, believes a proxy (`trustProxy`), or its
   * `publicUrl` is https. Of a single request `ctx.scheme` says it.
   */
  readonly canBeSecure: boolean
}
