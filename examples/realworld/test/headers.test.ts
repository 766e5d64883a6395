// A client that knows the document alone: each answer has a status of its operation, with no header that is not told there.
import { describe, expect, it } from 'vitest'
import { startingOn, type Call } from './conduit.ts'

/** What HTTP itself adds. */
const OF_HTTP = new Set(['connection', 'content-length', 'content-type', 'date', 'keep-alive'])

interface Answers {
  readonly $ref?: string
  readonly headers?: Readonly<Record<string, unknown>>
}
interface Document {
  readonly paths: Readonly<
    Record<string, Readonly<Record<string, { readonly responses: Readonly<Record<string, Answers>> }>>>
  >
  readonly components: { readonly responses: Readonly<Record<string, Answers>> }
}

describe('the headers of answers', () => {
  const on = startingOn('SQLite')

  it(
    'are those of the document, of errors as well',
    on(async ({ app, join, send, write }) => {
      const { paths, components } = (await (
        await app.request('GET', '/docs/openapi.json')
      ).json()) as Document
      const { token, username } = await join()
      const { slug } = await write(token)
      const undeclared = async (method: string, path: string, url: string, call: Call = {}) => {
        const { status, headers } = await send(method, url, call)
        const found = paths[`/api${path}`]?.[method.toLowerCase()]?.responses[status]
        expect(found, `${method} ${path} ${status}`).toBeDefined()
        const name = found?.$ref?.split('/').at(-1)
        const told = Object.keys((name === undefined ? found : components.responses[name])?.headers ?? {})
        const others = [...headers.keys()].filter((header) => !told.includes(header) && !OF_HTTP.has(header))
        return others.map((header) => `${method} ${path} ${status}: ${header}`)
      }
      const form = { headers: { 'content-type': 'application/x-www-form-urlencoded' }, json: {} }
      const large = {
        token,
        json: { article: { title: 'x', description: 'x', body: 'x'.repeat(2_000_000) } },
      }
      expect([
        ...(await undeclared('GET', '/articles', '/articles')),
        ...(await undeclared('GET', '/articles', '/articles?limit=0')),
        ...(await undeclared('GET', '/tags', '/tags')),
        ...(await undeclared('GET', '/user', '/user')),
        ...(await undeclared('GET', '/user', '/user', { token: 'wrong' })),
        ...(await undeclared('GET', '/profiles/{username}', `/profiles/${username}`)),
        ...(await undeclared('POST', '/users', '/users', form)),
        ...(await undeclared('POST', '/articles', '/articles', large)),
        ...(await undeclared('DELETE', '/articles/{slug}', `/articles/${slug}`, { token })),
        ...(await undeclared('DELETE', '/articles/{slug}', `/articles/${slug}`, { token })),
      ]).toEqual([])
    }),
  )
})
