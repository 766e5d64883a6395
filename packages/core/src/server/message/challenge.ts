// At set-up: how a caller of a route can say who it is, as the header of a 401 tells it.
import { isToken } from '../../errors/index.ts'
import { demandsOf, type AnyMiddleware, type SecurityDemand, type SecurityScheme } from '../../route/index.ts'

/**
 * Writes the challenges of a plan (RFC 9110 §11.6.1): those that its middleware gives, else one for each security scheme
 * that it describes. A 401 must have one, so a plan that describes nothing has one of a scheme that says just that.
 *
 * @param realm - of challenges that name one
 */
export function challengeOf(chain: readonly AnyMiddleware[], realm: string): string {
  const found = chain.flatMap(
    (one) => one.challenge ?? demandsOf(one).flatMap((demand) => write(demand, realm)),
  )
  return found.length === 0 ? `Unspecified realm=${quote(realm)}` : [...new Set(found)].join(', ')
}

/** A scheme that only a document defines is known by its name. */
function write({ name, scheme = { type: 'http', scheme: name } }: SecurityDemand, realm: string): string[] {
  switch (scheme.type) {
    case 'http':
      return writeHttp(scheme, realm)
    case 'oauth2':
    case 'openIdConnect':
      // RFC 6750 §3: it has at least one parameter.
      return [`Bearer realm=${quote(realm)}`]
    case 'apiKey':
      // No registered scheme: clients that know it read where the key goes, others pass it over (RFC 9110 §11.6.1).
      return scheme.in === 'cookie'
        ? [`Cookie realm=${quote(realm)}, cookie-name=${quote(scheme.name)}`]
        : [`ApiKey realm=${quote(realm)}, in="${scheme.in}", name=${quote(scheme.name)}`]
    case 'mutualTLS':
      // Asked for in the handshake of TLS, and not by a header.
      return []
  }
}

/** Schemes that have no challenge without a value of the moment: their middleware gives it with its error. */
const FRESH = new Set(['digest', 'hoba', 'mutual', 'scram-sha-1', 'scram-sha-256', 'vapid'])

function writeHttp({ scheme }: SecurityScheme & { readonly type: 'http' }, realm: string): string[] {
  const name = scheme.toLowerCase()
  if (!isToken(scheme) || FRESH.has(name)) return []
  // RFC 4559 §4.1
  if (name === 'negotiate') return ['Negotiate']
  // RFC 7617 §2.1: the browser then sends UTF-8.
  if (name === 'basic') return [`Basic realm=${quote(realm)}, charset="UTF-8"`]
  return [`${name === 'bearer' ? 'Bearer' : scheme} realm=${quote(realm)}`]
}

const PLAIN = /^[\t\x20!#-[\]-~]*$/

/** RFC 9110 §5.6.4; what a header cannot hold is left out. */
function quote(text: string): string {
  if (PLAIN.test(text)) return `"${text}"`
  return `"${text.replaceAll(/[^\t\x20-\x7e]/g, '').replaceAll(/["\\]/g, String.raw`\$&`)}"`
}
