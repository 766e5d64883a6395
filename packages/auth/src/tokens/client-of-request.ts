// On the path of requests to the token endpoints: which client asks (RFC 6749 §2.3.1).
import type { BaseContext } from '@keelson/core'
import type { TokenClients } from './clients.ts'
import { TokenClientError, TokenRequestError } from './errors.ts'

/** What a form says of its client. */
export interface ClientFields {
  readonly client_id?: string | undefined
  readonly client_secret?: string | undefined
}

/** RFC 6749 §5.2: a client that tried by the header is answered in kind. */
const CHALLENGE = { 'www-authenticate': 'Basic realm="token", charset="UTF-8"' }

/**
 * The client of a request, once it has proven who it is.
 *
 * @returns `undefined` where it does not say
 * @throws {TokenClientError} for a client that is not known, or whose secret is another
 * @throws {TokenRequestError} for one that says it twice
 */
export function clientOfRequest(
  { header }: BaseContext,
  { client_id: id, client_secret: secret }: ClientFields,
  clients: TokenClients,
): string | undefined {
  const authorization = header('authorization')
  if (authorization === undefined) return ofForm(id, secret, clients)
  if (secret !== undefined)
    throw new TokenRequestError({ message: 'The client authenticates in the header and in the form.' })
  const basic = basicOf(authorization)
  if (basic === undefined) throw new TokenClientError({ headers: CHALLENGE })
  if (id !== undefined && id !== basic.id)
    throw new TokenRequestError({ message: 'The client is one in the header, and another in the form.' })
  try {
    clients.assertAuthentic(basic.id, basic.secret)
  } catch {
    throw new TokenClientError({ headers: CHALLENGE })
  }
  return basic.id
}

function ofForm(
  id: string | undefined,
  secret: string | undefined,
  clients: TokenClients,
): string | undefined {
  if (id === undefined && secret !== undefined)
    throw new TokenRequestError({ message: 'client_secret is given without client_id.' })
  if (id !== undefined) clients.assertAuthentic(id, secret)
  return id
}

/** Both parts are encoded as in a form. An empty secret is none. */
function basicOf(
  authorization: string,
): { readonly id: string; readonly secret: string | undefined } | undefined {
  const [, encoded] = /^basic +([A-Za-z0-9+/]+={0,2})$/i.exec(authorization.slice(0, 2048)) ?? []
  const text = encoded === undefined ? '' : Buffer.from(encoded, 'base64').toString()
  const colon = text.indexOf(':')
  if (colon === -1) return undefined
  try {
    const [id, secret] = [text.slice(0, colon), text.slice(colon + 1)].map((part) =>
      decodeURIComponent(part.replaceAll('+', ' ')),
    ) as [string, string]
    return { id, secret: secret === '' ? undefined : secret }
  } catch {
    return undefined
  }
}
