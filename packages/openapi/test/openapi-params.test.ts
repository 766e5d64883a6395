import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { createApp, route, t } from '@keelson/core'
import { toOpenApi } from '../src/index.ts'
import { sampleApp, sampleInfo, sampleTags } from './openapi-sample.ts'
import { PUBLIC, documentOf, problemsOf } from './openapi-support.ts'

describe('parameters of a document', () => {
  const sample = toOpenApi(sampleApp(), { info: sampleInfo, tags: sampleTags })

  it('describes parameters of every place', () => {
    const list = sample.paths['/orders']?.get
    expect(list?.parameters?.map((one) => `${one.in} ${one.name} ${one.required === true}`)).toEqual([
      'query limit false',
      'query status false',
      'query tag false',
      'header x-tenant false',
      'cookie theme false',
    ])
    expect(list?.parameters?.[0]).toMatchObject({
      description: 'How many.',
      schema: { type: 'integer', minimum: 1, maximum: 100, default: 20 },
    })
    expect(list?.parameters?.[2]?.deprecated).toBe(true)
  })

  it('documents a wildcard as a path parameter', () => {
    expect(sample.paths['/catalogue/files/{path}']?.get?.parameters).toEqual([
      {
        name: 'path',
        in: 'path',
        required: true,
        schema: { type: 'string' },
        description: 'The rest of the path, slashes included.',
        'x-wildcard': true,
      },
    ])
  })

  it('says where the rest may be empty', () => {
    const { paths } = toOpenApi(createApp({ routes: { all: route.get('/f/*path?', PUBLIC, () => 2) } }))
    expect(Object.keys(paths)).toEqual(['/f/{path}'])
    expect(paths['/f/{path}']?.get?.parameters?.[0]).toMatchObject({
      name: 'path',
      description: 'The rest of the path, slashes included; it may be empty.',
      'x-wildcard': true,
      'x-may-be-empty': true,
    })
  })

  it('writes one path where only the names of params differ', () => {
    expect(Object.keys(sample.paths['/orders/{id}'] ?? {})).toEqual(['get', 'delete'])
    expect(sample.paths['/orders/{id}']?.delete?.parameters?.[0]?.name).toBe('id')
  })

  it('refuses routes that OpenAPI cannot tell apart', () => {
    const routes = {
      one: route.get('/f/:name', PUBLIC, () => 1),
      all: route.get('/f/*path', PUBLIC, () => 2),
    }
    expect(problemsOf(routes)).toMatch(
      /route one .*cannot distinguish it from route all .*hidden: true.*ERR_OPENAPI_PATH/,
    )
  })

  it('writes static text as it stands in a URL', () => {
    expect(sample.paths).toHaveProperty(['/catalogue/v1:search'])
    expect(Object.keys(documentOf({ a: route.get('/a b/%7Bx%7D', PUBLIC, () => 1) }).paths)).toEqual([
      '/a%20b/%7Bx%7D',
    ])
  })

  it('takes shapes of mixed libraries apart', () => {
    const query = {
      page: t.Integer({ default: 1 }),
      name: z.string().optional(),
      size: z.coerce.number<string>(),
    }
    const document = documentOf({ a: route.get('/', { ...PUBLIC, query, response: t.String() }, () => '') })
    const parameters = document.paths['/']?.get?.parameters ?? []
    expect(parameters.map((one) => [one.name, one.required === true])).toEqual([
      ['page', false],
      ['name', false],
      ['size', true],
    ])
  })

  it('takes intersections and unions of params apart', () => {
    const query = t.Intersect([t.Object({ a: t.String() }), t.Object({ b: t.Optional(t.Number()) })])
    const document = documentOf({ a: route.get('/', { ...PUBLIC, query, response: t.String() }, () => '') })
    expect(document.paths['/']?.get?.parameters?.map((one) => [one.name, one.required])).toEqual([
      ['a', true],
      ['b', undefined],
    ])
  })
})
