// What a middleware tells of itself in plain JavaScript.
import { middleware, route, createApp, SetupError, UnauthorizedError } from '@keelson/core'
import { docs, openapi, toOpenApi } from '@keelson/openapi'
import { describe, expect, it } from 'vitest'

/** What a program in plain JavaScript may write. */
type Loose = never

function said(work: () => unknown): string[] {
  try {
    work()
  } catch (error) {
    if (!(error instanceof SetupError)) throw error
    return error.problems.map(({ message, remedy }) => `${message} ${remedy}`)
  }
  return []
}

const described = (describe: unknown) => () =>
  middleware({ name: 'x', stage: 'authenticate', run: () => undefined, describe } as Loose)
const scheme = (one: object) => described({ security: { name: 'key', scheme: one } })

describe('a description that is not one is refused where the middleware is made:', () => {
  it.each<[string, () => unknown, string]>([
    ['security, a number', described({ security: 5 }), 'Option describe.security must be a name of letters'],
    ['security, null', described({ security: null }), 'must be a name of letters'],
    ['security, a name with spaces', described({ security: 'my key' }), 'must be a name of letters'],
    ['security, no name', described({ security: {} }), 'Option describe.security.name is missing.'],
    [
      'security, a misspelt member',
      described({ security: { nmae: 'key' } }),
      "Did you mean 'describe.security.name'?",
    ],
    [
      'security, scopes',
      described({ security: { name: 'key', scopes: 'read' } }),
      'Put it in a list: describe.security.scopes: [ … ].',
    ],
    [
      'security, a list of numbers',
      described({ security: ['key', 5] }),
      'Option describe.security[1] must be',
    ],
    ['security, an empty list', described({ security: [] }), 'Option describe.security is an empty list.'],
    [
      'security, in a list',
      described({ security: ['key', { name: 'k', scope: [] }] }),
      "Did you mean 'describe.security[1].scopes'?",
    ],
    [
      'scheme, a misspelt type',
      scheme({ type: 'apikey', in: 'header', name: 'x-key' }),
      'Option describe.security.scheme.type must be "http", "apiKey", "openIdConnect", "oauth2" or "mutualTLS", not "apikey". Did you mean "apiKey"?',
    ],
    [
      'scheme, no type',
      scheme({ in: 'header', name: 'x' }),
      'Option describe.security.scheme.type is missing.',
    ],
    [
      'scheme, a text',
      described({ security: { name: 'k', scheme: 'http' } }),
      'must be an object, not a text.',
    ],
    [
      'scheme, no name',
      scheme({ type: 'apiKey', in: 'header' }),
      'Option describe.security.scheme.name is missing.',
    ],
    ['scheme, a place', scheme({ type: 'apiKey', in: 'headers', name: 'x' }), 'Did you mean "header"?'],
    [
      'scheme, a member of another type',
      scheme({ type: 'http', scheme: 'bearer', in: 'header' }),
      "There is no option 'describe.security.scheme.in'. The options are type, scheme, bearerFormat, description.",
    ],
    ['scheme, no HTTP scheme', scheme({ type: 'http', scheme: 'my scheme' }), "must be a name like 'bearer'"],
    ['scheme, flows', scheme({ type: 'oauth2' }), 'Option describe.security.scheme.flows is missing.'],
    [
      'scheme, a flow',
      scheme({ type: 'oauth2', flows: { clientCredential: { tokenUrl: '/token', scopes: {} } } }),
      "Did you mean 'describe.security.scheme.flows.clientCredentials'?",
    ],
    [
      'scheme, a URL of its kind',
      scheme({ type: 'oauth2', flows: { authorizationCode: { tokenUrl: '/token', scopes: {} } } }),
      'Option describe.security.scheme.flows.authorizationCode.authorizationUrl is missing.',
    ],
    ['errors, a text', described({ errors: 'x' }), 'Option describe.errors must be a list'],
    [
      'errors, one class',
      described({ errors: UnauthorizedError }),
      'Put it in a list: describe.errors: [ … ].',
    ],
    [
      'errors, an error',
      described({ errors: [new UnauthorizedError()] }),
      'Option describe.errors[0] must be an error class',
    ],
    [
      'headers, a list',
      described({ headers: ['etag'] }),
      'Option describe.headers must be an object, not a list.',
    ],
    [
      'headers, a number',
      described({ headers: { etag: 5 } }),
      'Option describe.headers.etag must be a text, not 5.',
    ],
    [
      'headers, a name',
      described({ headers: { 'x y': 'x' } }),
      'Option describe.headers has the name "x y", which is not the name of a header.',
    ],
    [
      'requestHeaders, a text',
      described({ requestHeaders: 'x-a' }),
      'Option describe.requestHeaders must be an object',
    ],
    [
      'requestHeaders, a name',
      described({ requestHeaders: { 'a:': '' } }),
      'which is not the name of a header.',
    ],
    [
      'responses, a number',
      described({ responses: { 304: 5 } }),
      'Option describe.responses.304 must be a text, not 5.',
    ],
    [
      'responses, no status',
      described({ responses: { ok: 'x', 999: 'y' } }),
      'Option describe.responses has the name "999", which is not a status from 200 to 599.',
    ],
    [
      'a misspelt stage',
      () => middleware({ name: 'x', stage: 'recieve', run() {} } as Loose),
      "Did you mean 'receive'?",
    ],
    [
      'a scheme of the document',
      () =>
        toOpenApi(createApp({ routes: {}, log: false }), {
          securitySchemes: { k: { type: 'apikey' } },
        } as Loose),
      'Option securitySchemes.k.type must be',
    ],
    [
      'a scheme of openapi()',
      () => openapi({ access: 'public', securitySchemes: { k: { type: 'http', shceme: 'x' } } } as Loose),
      "Did you mean 'securitySchemes.k.scheme'?",
    ],
    [
      'the name of a scheme of docs()',
      () => docs({ access: 'public', securitySchemes: { 'a key': { type: 'mutualTLS' } } }),
      'Option securitySchemes has the name "a key"',
    ],
  ])('%s', (_, work, sentence) => {
    expect(said(work).join('\n')).toContain(sentence)
  })

  it('and one that is right passes, and is in the document', () => {
    const scopes = { read: 'Read.' }
    const use = [
      {
        security: [
          'bearer',
          { name: 'key', scheme: { type: 'apiKey', in: 'header', name: 'x-key', description: 'Ask us.' } },
          {
            name: 'oidc',
            scheme: { type: 'openIdConnect', openIdConnectUrl: 'https://id.example.com' },
            scopes: ['read'],
          },
          {
            name: 'oauth',
            scheme: {
              type: 'oauth2',
              flows: {
                authorizationCode: { authorizationUrl: '/a', tokenUrl: '/t', refreshUrl: '/r', scopes },
                clientCredentials: { tokenUrl: '/t', scopes: {} },
              },
            },
          },
          { name: 'tls', scheme: { type: 'mutualTLS' } },
        ],
        errors: [UnauthorizedError],
        headers: { 'x-a': 'A.' },
        requestHeaders: { 'X-B': 'B.' },
        responses: { 304: 'Not changed.' },
      },
    ].map((one) => described(one)())
    const routes = { a: route.get('/', { access: 'public', use }, () => 1) }
    const { paths, components } = toOpenApi(createApp({ routes, log: false }))
    expect(paths['/']?.get?.security).toHaveLength(5)
    expect(Object.keys(components.securitySchemes ?? {})).toEqual(['bearer', 'key', 'oauth', 'oidc', 'tls'])
  })
})
