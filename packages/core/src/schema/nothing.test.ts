import { type } from 'arktype'
import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { mayBeNothing } from './nothing.ts'
import { compileResponse } from './response.ts'
import type { SchemaLike } from './schema-like.ts'
import { t } from './t.ts'

const Node = t.Recursive((Self) => t.Object({ next: t.Optional(Self) }))

describe('a response that may come without a body', () => {
  it.each<[string, SchemaLike]>([
    ['a text', t.String()],
    ['an optional text', t.Optional(t.String())],
    ['null', t.Null()],
    ['a literal', t.Literal(1)],
    ['anything', t.Unknown()],
    ['any', t.Any()],
    ['nothing', t.Void()],
    ['undefined', t.Undefined()],
    ['a schema without keywords', t.Unsafe({})],
    ['a union with anything', t.Union([t.String(), t.Unknown()])],
    ['a union of kinds', t.Union([t.String(), t.Null()])],
    ['an intersection of anything', t.Intersect([t.Unknown(), t.Any()])],
    ['an intersection', t.Intersect([t.Object({ a: t.String() }), t.Unknown()])],
    ['a list', t.Array(t.Unknown())],
    ['a recursive object', Node],
    ['zod: a text', z.string()],
    ['zod: an optional text', z.string().optional()],
    ['zod: a default', z.string().default('x')],
    ['zod: anything', z.unknown()],
    [
      'zod: a schema that throws',
      z.unknown().transform(() => {
        throw new Error('no')
      }),
    ],
    ['valibot: a text', v.string()],
    ['valibot: an optional text', v.optional(v.string())],
    ['arktype: a text', type('string')],
    ['arktype: anything', type('unknown')],
  ])('is told as the response itself is held: %s', (_, schema) => {
    const { check } = compileResponse(schema)
    let isHeld = false
    try {
      isHeld = check(undefined) === undefined
    } catch {
      // It must have a body.
    }
    expect(mayBeNothing(schema)).toBe(isHeld)
  })

  it('is not one whose schema answers later, and none of its rejections ends the process', () => {
    // Not of zod, which asks twice and leaves the first promise to nobody.
    const validate = async (): Promise<never> => Promise.reject(new Error('later'))
    expect(mayBeNothing({ '~standard': { version: 1, vendor: 'own', validate } })).toBe(false)
    expect(mayBeNothing(z.unknown().refine(async () => true))).toBe(false)
  })
})
