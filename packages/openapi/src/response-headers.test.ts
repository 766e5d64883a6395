import { describe, expect, it } from 'vitest'
import { createApp, errorFormat, middleware, reply, route, t } from '@keelson/core'
import { toOpenApi, type OpenApiHeader, type OpenApiResponse } from './index.ts'

describe('response headers of a document', () => {
  it('have the request id on every answer, described once', () => {
    const open = { access: 'public' } as const
    const routes = {
      show: route.get(
        '/orders/:id',
        {
          ...open,
          // The framework's own goes out, whatever a route says.
          response: { 200: { body: t.String(), headers: { 'x-trace': t.String() } }, 204: null },
        },
        () => reply(204),
      ),
      none: route.get('/none', open, () => 'x'),
    }
    for (const version of ['3.1', '3.0'] as const) {
      for (const [header, name] of [
        [undefined, 'x-request-id'],
        ['X-Trace', 'x-trace'],
      ] as const) {
        const app = createApp({ routes, requestId: { header }, log: false })
        const { paths, components } = toOpenApi(app, { version })
        const all = [
          ...Object.values(components.responses ?? {}),
          ...Object.values(paths).flatMap((one) => Object.values(one.get?.responses ?? {})),
        ].filter((one) => !('$ref' in one))
        expect(all.length).toBeGreaterThan(8)
        for (const { headers = {} } of all) {
          expect(headers[name]).toEqual({ $ref: '#/components/headers/RequestId' })
          expect(Object.keys(headers).filter((one) => one.toLowerCase() === name)).toEqual([name])
        }
        expect(components.headers).toEqual({
          RequestId: {
            description: "Id of the request in the server's log.",
            required: true,
            schema: { type: 'string' },
          },
        })
      }
    }
    const silent = toOpenApi(createApp({ routes, requestId: { header: false }, log: false }))
    expect(JSON.stringify(silent)).not.toMatch(/request-id|RequestId/)
  })
  it('have those of successes below 400 alone', () => {
    const stamped = middleware({
      name: 'stamped',
      stage: 'respond',
      transform: (_ctx, outcome) => outcome,
      describe: {
        successHeaders: { 'x-stamp': 'When it was made.' },
        headers: { 'x-each': 'Always there.' },
      },
    })
    const response = { 200: t.String(), 303: null, 409: t.String() }
    const show = route.get('/', { access: 'public', use: [stamped], response }, () => 'x')
    const { paths, components } = toOpenApi(createApp({ routes: { show }, log: false }))
    const own = Object.entries(paths['/']?.get?.responses ?? {})
    const has = (name: string): string[] =>
      [...own, ...Object.entries(components.responses ?? {})]
        .filter(([, one]) => JSON.stringify(one).includes(name))
        .map(([status]) => status)
    expect(has('x-stamp')).toEqual(['200', '303'])
    expect(has('x-each')).toEqual(
      expect.arrayContaining(['200', '303', '409', ...Object.keys(components.responses ?? {})]),
    )
  })

  it('have what a refused media type answers with', () => {
    const add = route.post(
      '/',
      { access: 'public', body: t.String(), response: t.String() },
      ({ body }) => body,
    )
    const { components } = toOpenApi(createApp({ routes: { add }, log: false }))
    const refused = Object.values(components.responses ?? {}).filter((one) =>
      one['x-error-codes']?.includes('ERR_CORE_UNSUPPORTED_MEDIA_TYPE'),
    )
    expect(refused.map(({ headers }) => headers?.['accept'])).toEqual([
      { description: 'Media types that are read (RFC 9110 §15.5.16).', schema: { type: 'string' } },
    ])
  })

  it('say by what they vary, each that makes them', () => {
    const varies = (name: string) =>
      middleware({
        name,
        stage: 'respond',
        transform: (_ctx, outcome) => outcome,
        describe: { headers: { vary: `Depends on \`${name}\`.` } },
      })
    const use = [varies('origin'), varies('cookie')]
    const show = route.get('/', { access: 'public', use, response: t.String() }, () => 'x')
    const varyOf = (options: object) => {
      const { paths, components } = toOpenApi(createApp({ routes: { show }, log: false, ...options }))
      const own = paths['/']?.get?.responses['200'] as OpenApiResponse
      const error = components.responses?.['NotAcceptable'] as OpenApiResponse
      return [own, error].map(({ headers }) => (headers?.['vary'] as OpenApiHeader | undefined)?.description)
    }
    const both = 'Depends on `origin`. Depends on `cookie`.'
    expect(varyOf({})).toEqual([both, both])
    const format = {
      mediaType: 'application/json',
      schema: t.Object({ title: t.String() }),
      write: ({ title }: { readonly title: string }) => ({ title }),
      read: () => undefined,
    }
    const page = { mediaType: 'text/html', write: () => '' }
    const chosen = errorFormat({ ...format, alternatives: [page] })
    expect(varyOf({ errorFormat: chosen })).toEqual([both, `${both} Depends on \`accept\`.`])
  })
})
