import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { t } from '@keelson/core'
import { describeSchema } from './describe-schema.ts'

describe('describeSchema', () => {
  const Item = t.Object({ sku: t.String() }, { $id: 'Item' })
  const nested = t.Object({
    a: t.Object({ b: t.Object({ c: t.Object({ d: t.Object({ e: t.String() }) }) }) }),
  })

  it.each([
    [t.String({ format: 'uuid' }), 'string (uuid)'],
    [t.Integer({ minimum: 1, maximum: 100, default: 20 }), 'integer 1..100 = 20'],
    [t.String({ minLength: 2 }), 'string 2.. characters'],
    [t.Union([t.Literal('a'), t.Literal('b')]), '"a" | "b"'],
    [t.Array(t.Boolean(), { maxItems: 3 }), 'list of boolean ..3'],
    [t.Object({ id: t.String(), note: t.Optional(t.Number()) }), '{ id: string, note?: number }'],
    [t.Object({ items: t.Array(Item) }), '{ items: list of Item }'],
    [Item, 'Item { sku: string }'],
    [{ id: t.String(), limit: t.Optional(t.Integer()) }, '{ id: string, limit?: integer }'],
    [t.Object({}), '{}'],
    [z.object({ id: z.string() }), 'schema of zod'],
    [nested, '{ a: { b: { c: { d: { … } } } } }'],
  ])('writes a schema on one line: %#', (schema, text) => {
    expect(describeSchema(schema)).toBe(text)
  })

  it('cuts what nobody would read', () => {
    const members = Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`member${i}`, t.String()]))
    expect(describeSchema(t.Object(members))).toHaveLength(401)
  })
})
