// At set-up: the header of a 401, which says how callers authenticate.
import { isToken } from '../../errors/index.ts'
import { demandsOf, type AnyMiddleware, type SecurityDemand, type SecurityScheme } from '../../route/index.ts'

/**
 * Makes the challenges of a plan (RFC 9110 §11.6.1): those of its middleware, else one for each security scheme that it
 * describes. A 401 must have one, so a plan without any gets the scheme `Unspecified`.
 *
 * @param realm - the realm of challenges that have one
 */
export function challengesOf(chain: readonly AnyMiddleware[], realm: string): readonly string[] {
  const found = chain.flatMap((one) =>
    [one.challenge ?? demandsOf(one)]
      .flat()
      .flatMap((said) => (typeof said === 'string' ? said : write(said, realm))),
  )
  return found.length === 0 ? [`Unspecified realm=${quote(realm)}`] : [...new Set(found)]
}

/** The scheme of a challenge, in lower case: names of schemes have no case (RFC 9110 §11.1). */
export function schemeOf(challenge: string): string {
  return (challenge.split(' ', 1)[0] as string).toLowerCase()
}

/** A scheme that only the document defines is written by its name. */
function write({ name, scheme = { type: 'http', scheme: name } }: SecurityDemand, realm: string): string[] {
  switch (scheme.type) {
    case 'http':
      return writeHttp(scheme, realm)
    case 'oauth2':
    case 'openIdConnect':
      // RFC 6750 §3: it has at least one parameter.
      return [`Bearer realm=${quote(realm)}`]
    case 'apiKey':
      if (scheme.authScheme !== undefined)
        return writeHttp({ type: 'http', scheme: scheme.authScheme }, realm)
      // Not a registered scheme: clients that know it read where the key goes, others ignore it (RFC 9110 §11.6.1).
      return scheme.in === 'cookie'
        ? [`Cookie realm=${quote(realm)}, cookie-name=${quote(scheme.name)}`]
        : [`ApiKey realm=${quote(realm)}, in="${scheme.in}", name=${quote(scheme.name)}`]
    case 'mutualTLS':
      // Requested in the TLS handshake, not by a header.
      return []
  }
}

/** Schemes whose challenge needs a fresh value: their middleware adds it to its error. */
const FRESH = new Set(['digest', 'hoba', 'mutual', 'scram-sha-1', 'scram-sha-256', 'vapid'])

function writeHttp({ scheme }: SecurityScheme & { readonly type: 'http' }, realm: string): string[] {
  const name = scheme.toLowerCase()
  if (!isToken(scheme) || FRESH.has(name)) return []
  // RFC 4559 §4.1
  if (name === 'negotiate') return ['Negotiate']
  // RFC 7617 §2.1: makes browsers send UTF-8.
  if (name === 'basic') return [`Basic realm=${quote(realm)}, charset="UTF-8"`]
  return [`${name === 'bearer' ? 'Bearer' : scheme} realm=${quote(realm)}`]
}

const PLAIN = /^[\t\x20!#-[\]-~]*$/

/** RFC 9110 §5.6.4; characters that a header cannot have are omitted. */
function quote(text: string): string {
  if (PLAIN.test(text)) return `"${text}"`
  return `"${text.replaceAll(/[^\t\x20-\x7e]/g, '').replaceAll(/["\\]/g, String.raw`\$&`)}"`
}
