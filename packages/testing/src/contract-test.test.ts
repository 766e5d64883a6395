import { describe, expect, it } from 'vitest'
import * as fc from 'fast-check'
import { t, validator } from '@keelson/core'
import { SchemaDocument } from '@keelson/core/spi'
import { loadFastCheck } from './contract-fast-check.ts'
import { ValueMaker } from './contract-value.ts'

describe('the loader of fast-check', () => {
  it('says what to install when the package is missing', async () => {
    const missing = Object.assign(new Error("Cannot find package 'fast-check'"), {
      code: 'ERR_MODULE_NOT_FOUND',
    })
    await expect(loadFastCheck(() => Promise.reject(missing))).rejects.toThrow(
      /npm install --save-dev fast-check/,
    )
  })
})

describe('values made from a schema', () => {
  const Node = t.Recursive((self) => t.Object({ name: t.String(), children: t.Array(self) }))
  const schemas = {
    text: t.String({ minLength: 2, maxLength: 5 }),
    pattern: t.String({ pattern: '^[A-Z]{2}-\\d+$' }),
    uuid: t.String({ format: 'uuid' }),
    time: t.String({ format: 'date-time' }),
    integer: t.Integer({ minimum: 3, exclusiveMaximum: 9 }),
    step: t.Number({ multipleOf: 5, minimum: 0, maximum: 100 }),
    number: t.Number({ exclusiveMinimum: 0, maximum: 1 }),
    union: t.Union([t.Literal('a'), t.Null(), t.Object({ b: t.Boolean() })]),
    both: t.Intersect([t.Object({ a: t.String() }), t.Object({ b: t.Integer() })]),
    record: t.Record(t.String(), t.Integer()),
    tuple: t.Tuple([t.String(), t.Integer()]),
    unique: t.Array(t.Integer({ minimum: 0, maximum: 9 }), { uniqueItems: true, minItems: 2 }),
    recursive: Node,
  }

  it.each(Object.entries(schemas))('match it: %s', (_, schema) => {
    const document = new SchemaDocument(schema)
    const { is } = validator(schema)
    const values = fc.sample(new ValueMaker(fc, document).valid(schema), { seed: 1, numRuns: 200 })
    expect(values.filter((value) => !is(structuredClone(value)))).toEqual([])
  })

  it('are wrong most of the time when they are to be broken', () => {
    const schema = t.Object({
      name: t.String({ minLength: 1, maxLength: 5 }),
      inner: t.Object({ n: t.Integer() }),
    })
    const document = new SchemaDocument(schema)
    const { is } = validator(schema)
    const values = fc.sample(new ValueMaker(fc, document).broken(schema), { seed: 1, numRuns: 200 })
    expect(values.filter((value) => !is(structuredClone(value))).length).toBeGreaterThan(150)
  })
})
