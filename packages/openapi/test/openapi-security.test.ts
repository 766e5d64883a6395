import { describe, expect, it } from 'vitest'
import { middleware, route, UnauthorizedError } from '@keelson/core'
import { toOpenApi } from '../src/index.ts'
import { sampleApp, sampleInfo, sampleTags } from './openapi-sample.ts'
import { PUBLIC, documentOf, problemsOf } from './openapi-support.ts'

describe('security of a document', () => {
  const sample = toOpenApi(sampleApp(), { info: sampleInfo, tags: sampleTags })

  it('says what a caller must present, and of public routes that it is nothing', () => {
    expect(sample.paths['/orders']?.get?.security).toEqual([{ apiKey: [] }])
    expect(sample.paths['/']?.get?.security).toEqual([])
    expect(sample.components.securitySchemes).toMatchObject({
      apiKey: { type: 'apiKey', in: 'header', name: 'x-api-key' },
    })
  })

  it('combines demands of several middlewares, and lists alternatives', () => {
    const sign = middleware({
      name: 'sign',
      stage: 'authenticate',
      run: () => undefined,
      describe: { security: { name: 'sign', scheme: { type: 'mutualTLS' } } },
    })
    const either = middleware({
      name: 'either',
      stage: 'authenticate',
      run: () => undefined,
      describe: { security: ['bearer', { name: 'basic', scopes: ['read'] }] },
    })
    const routes = {
      a: route
        .use(sign)
        .use(either)
        .get('/', PUBLIC, () => 1),
    }
    const document = documentOf(routes)
    expect(document.paths['/']?.get?.security).toEqual([
      { sign: [], bearer: [] },
      { sign: [], basic: ['read'] },
    ])
    expect(document.paths['/']?.get?.responses).toHaveProperty('401')
    expect(Object.keys(documentOf(routes, { version: '3.0' }).components.securitySchemes ?? {})).toEqual([
      'basic',
      'bearer',
    ])
  })

  it('refuses a scheme that is not defined, and two definitions of one name', () => {
    const named = (name: string, scheme?: string) =>
      middleware({
        name,
        stage: 'authenticate',
        run: () => undefined,
        describe: {
          security: scheme === undefined ? 'magic' : { name: 'magic', scheme: { type: 'http', scheme } },
          errors: [UnauthorizedError],
        },
      })
    expect(problemsOf({ a: route.use(named('x')).get('/', PUBLIC, () => 1) })).toMatch(
      /middleware x of route a .*'magic', which is not defined.*ERR_OPENAPI_SECURITY/,
    )
    expect(
      problemsOf(
        { a: route.use(named('x')).get('/', PUBLIC, () => 1) },
        { securitySchemes: { magic: { type: 'http', scheme: 'hoba' } } },
      ),
    ).toBe('')
    expect(
      problemsOf({
        a: route
          .use(named('x', 'hoba'))
          .use(named('y', 'dpop'))
          .get('/', PUBLIC, () => 1),
      }),
    ).toMatch(/middleware y .*differently from middleware x/)
  })
})
