import type { HttpServerOptions } from '@keelson/core'
import { applicable, problem, type Finding } from './finding.ts'

/** Checks TLS, and which proxies are trusted with the client's address. */
export function checkServerSafety({ tls, trustProxy }: HttpServerOptions): Finding[] {
  const trustsNobody = trustProxy === undefined || trustProxy === false || trustProxy === 0
  return applicable(
    ...(tls === undefined ? [] : checkTls(tls)),
    // A network of everybody is a problem of the start.
    trustProxy === true &&
      problem('deploy-trust-proxy', {
        place: 'createApp({ server: { trustProxy } })',
        message: 'Any caller can claim any address: logs and rate limits are then wrong.',
        remedy: "Name the proxies by number or address: trustProxy: 1, or ['10.0.0.0/8'].",
      }),
    tls === undefined &&
      trustsNobody &&
      problem('deploy-tls', {
        place: 'createApp({ server })',
        message:
          'It serves plain HTTP and trusts no proxy: either nothing is encrypted, or all callers have the address of the proxy.',
        remedy: 'Name the proxy that ends TLS as trustProxy, or give tls a certificate.',
      }),
  )
}

function checkTls(tls: NonNullable<HttpServerOptions['tls']>): Finding[] {
  const isOld = tls.minVersion === 'TLSv1' || tls.minVersion === 'TLSv1.1'
  return applicable(
    isOld &&
      problem('deploy-tls-version', {
        place: 'createApp({ server: { tls: { minVersion } } })',
        message: `${tls.minVersion} is not safe (RFC 8996).`,
        remedy: 'Omit minVersion, or use TLSv1.2 or TLSv1.3.',
      }),
    tls.requestCert === true &&
      tls.rejectUnauthorized === false &&
      problem('deploy-tls-verify', {
        place: 'createApp({ server: { tls: { rejectUnauthorized } } })',
        message: 'Certificates of clients are requested, but not verified.',
        remedy: 'Omit rejectUnauthorized.',
      }),
  )
}
