// What an issuer says of itself: RFC 8414, and OpenID Connect Discovery 1.0, which is older and more common.
import { fetchJson, IssuerError } from './fetch-json.ts'

/** How an issuer is reached. */
export interface IssuerAccess {
  readonly issuer: string
  /** Whether `http:` will do. */
  readonly isInsecure: boolean
}

/** Places of the metadata of an issuer, in the order in which they are asked. */
function metadataUrls(issuer: string): readonly string[] {
  const { origin, pathname } = new URL(issuer)
  const path = pathname.replace(/\/$/, '')
  return [
    // OpenID Connect Discovery 1.0 §4: below its path. RFC 8414 §3.1: before its path.
    `${origin}${path}/.well-known/openid-configuration`,
    `${origin}/.well-known/oauth-authorization-server${path}`,
  ]
}

/**
 * Asks an issuer where its keys are.
 *
 * @returns the URL of its key set
 * @throws {IssuerError} when it does not give its metadata, or those of another issuer
 */
export async function discoverKeys(
  { issuer, isInsecure }: IssuerAccess,
  signal: AbortSignal,
): Promise<string> {
  const { issuer: said, jwks_uri: url } = await metadataOf(issuer, signal)
  // RFC 8414 §3.3
  if (said !== issuer)
    throw new IssuerError(`The metadata of ${issuer} are of another issuer: ${quoted(said)}.`, 200)
  if (typeof url !== 'string' || !isReachable(url, isInsecure))
    throw new IssuerError(`The jwks_uri of ${issuer} is not a URL of https: ${quoted(url)}.`, 200)
  return url
}

/** Whether a URL may lead to keys. */
export function isReachable(text: string, isInsecure: boolean): boolean {
  const url = URL.parse(text)
  if (url === null || url.username !== '' || url.password !== '' || url.hash !== '') return false
  return url.protocol === 'https:' || (isInsecure && url.protocol === 'http:')
}

async function metadataOf(issuer: string, signal: AbortSignal): Promise<Readonly<Record<string, unknown>>> {
  const [first, second] = metadataUrls(issuer) as [string, string]
  const found = await fetchJson(first, signal).catch((error: unknown) => {
    if (!(error instanceof IssuerError) || !isAbsent(error.status)) throw error
    return fetchJson(second, signal)
  })
  if (typeof found !== 'object' || found === null)
    throw new IssuerError(`The metadata of ${issuer} are not an object.`, 200)
  return found as Readonly<Record<string, unknown>>
}

function isAbsent(status: number | undefined): boolean {
  return status !== undefined && status >= 400 && status < 500
}

function quoted(value: unknown): string {
  return String(JSON.stringify(value)).slice(0, 200)
}
