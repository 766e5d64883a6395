import type { HttpServerOptions } from '@keelson/core'
import { problem, type Finding } from './finding.ts'

/** Checks TLS, and which proxies are trusted with the client's address. */
export function checkServerSafety({ tls, trustProxy }: HttpServerOptions): Finding[] {
  const found = tls === undefined ? [] : checkTls(tls)
  if (trustsAnybody(trustProxy)) {
    found.push(
      problem('deploy-trust-proxy', {
        place: 'createApp({ server: { trustProxy } })',
        message: 'Every caller is believed about its address: logs and rate limits can be deceived.',
        remedy: "Name the proxies by number or address: trustProxy: 1, or ['10.0.0.0/8'].",
      }),
    )
  }
  const trustsNobody = trustProxy === undefined || trustProxy === false || trustProxy === 0
  if (tls === undefined && trustsNobody) {
    found.push(
      problem('deploy-tls', {
        place: 'createApp({ server })',
        message:
          'It serves plain HTTP and trusts no proxy: either nothing is encrypted, or all callers have the address of the proxy.',
        remedy: 'Name the proxy that ends TLS as trustProxy, or give tls a certificate.',
      }),
    )
  }
  return found
}

/** `true`, or a network with every address. */
function trustsAnybody(trustProxy: HttpServerOptions['trustProxy']): boolean {
  return trustProxy === true || (Array.isArray(trustProxy) && trustProxy.some((one) => /\/0+$/.test(one)))
}

function checkTls(tls: NonNullable<HttpServerOptions['tls']>): Finding[] {
  const found: Finding[] = []
  if (tls.minVersion === 'TLSv1' || tls.minVersion === 'TLSv1.1') {
    found.push(
      problem('deploy-tls-version', {
        place: 'createApp({ server: { tls: { minVersion } } })',
        message: `${tls.minVersion} is not safe any more (RFC 8996).`,
        remedy: 'Omit minVersion, or use TLSv1.2 or TLSv1.3.',
      }),
    )
  }
  if (tls.requestCert === true && tls.rejectUnauthorized === false) {
    found.push(
      problem('deploy-tls-verify', {
        place: 'createApp({ server: { tls: { rejectUnauthorized } } })',
        message: 'Certificates of clients are asked for, but not verified.',
        remedy: 'Omit rejectUnauthorized.',
      }),
    )
  }
  return found
}
