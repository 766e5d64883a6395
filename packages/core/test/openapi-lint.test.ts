import { validate } from '@readme/openapi-parser'
import { createConfig, lintFromString } from '@redocly/openapi-core'
import { Validator } from '@seriousme/openapi-schema-validator'
import { describe, expect, it } from 'vitest'
import { createApp, route } from '../src/index.ts'
import { toOpenApi, type OpenApiDocument } from '../src/openapi/index.ts'
import { sampleApp, sampleInfo, sampleTags } from './openapi-sample.ts'

// Spectral and client generators are too large to be installed here; scripts/check-openapi.ts runs them.

const options = { info: sampleInfo, tags: sampleTags, servers: [{ url: 'https://api.example.org' }] }
const DOCUMENTS: readonly [string, OpenApiDocument][] = [
  ['of the sample', toOpenApi(sampleApp(), options)],
  ['of the sample, version 3.0', toOpenApi(sampleApp(), { ...options, version: '3.0' })],
  [
    'of the smallest app',
    toOpenApi(createApp({ routes: { a: route.get('/', { access: 'public' }, () => 1) }, log: false })),
  ],
]

/** A fresh copy, as it is read from a file; validators resolve references in place. */
function copyOf(document: OpenApiDocument): Record<string, unknown> {
  return JSON.parse(JSON.stringify(document)) as Record<string, unknown>
}

describe.each(DOCUMENTS)('the document %s', (_what, document) => {
  it("has no errors by Redocly's recommended rules", async () => {
    const config = await createConfig({ extends: ['recommended'] })
    const found = await lintFromString({
      source: JSON.stringify(document),
      absoluteRef: 'openapi.json',
      config,
    })
    expect(
      found.filter((one) => one.severity === 'error').map((one) => `${one.ruleId}: ${one.message}`),
    ).toEqual([])
  })

  it('matches the JSON Schema of OpenAPI', async () => {
    expect(await new Validator().validate(copyOf(document))).toEqual({ valid: true })
  })

  it('passes the parser of readme', async () => {
    expect(await validate(copyOf(document) as never)).toMatchObject({ valid: true })
  })
})

it('a linter finds what is wrong, so that its silence means something', async () => {
  const config = await createConfig({ extends: ['recommended'] })
  const wrong = { ...toOpenApi(sampleApp(), options), paths: { '/x': { get: { responses: {} } } } }
  const found = await lintFromString({ source: JSON.stringify(wrong), absoluteRef: 'openapi.json', config })
  expect(found.some((one) => one.severity === 'error')).toBe(true)
})
