import { reply } from '@keelson/core'
import type { TestApp } from '@keelson/testing'

/** The origin that tests allow, and one that they do not. */
export const APP = 'https://app.example'
export const FOREIGN = 'https://evil.example'

/** What an answer says of CORS, and `vary`. */
export function said({ headers }: { readonly headers: Headers }): Record<string, string> {
  const names = [...headers.keys()].filter((name) => name.startsWith('access-control-') || name === 'vary')
  return Object.fromEntries(
    names.map((name) => [name.replace('access-control-', ''), headers.get(name) ?? '']),
  )
}

/** What preflights are asked with. */
export interface Asked {
  readonly origin?: string
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
}

/** Sends a preflight; by default from the origin that tests allow, for a PUT. */
export function preflight(
  test: Pick<TestApp<{}>, 'request'>,
  path: string,
  { origin = APP, method = 'PUT', headers = {} }: Asked = {},
): Promise<Response> {
  return test.request('OPTIONS', path, {
    headers: { origin, 'access-control-request-method': method, ...headers },
  })
}

/** `vary` of every answer to a preflight. */
export const PREFLIGHT_VARY = 'origin, access-control-request-method, access-control-request-headers'

/** A reply that says of CORS what it wants. */
export const ownReply = () =>
  reply(200, 1, { 'access-control-allow-origin': 'https://own.example', vary: 'accept-language' })
