import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { t } from './t.ts'
import { declaresName, toTypedTexts } from './typed-texts.ts'

const texts = { id: '7', full: 'true', tags: 'a', other: '1' }

describe('texts of a URL become values', () => {
  it.each([
    ['TypeBox', t.Object({ id: t.Integer(), full: t.Boolean(), tags: t.Array(t.String()) })],
    ['a shape', { id: t.Integer(), full: z.boolean(), tags: t.Array(t.String()) }],
    // Its transform is for the one who holds the value to it.
    [
      'a Standard Schema',
      z.object({ id: z.number().transform((id) => id + 1), full: z.boolean(), tags: z.array(z.string()) }),
    ],
  ])('as %s takes them, and stay texts where nobody declares them', (_, schema) => {
    expect({ ...toTypedTexts(schema, 'query', texts) }).toEqual({
      id: 7,
      full: true,
      tags: ['a'],
      other: '1',
    })
  })

  it('and stay what they are where they are none', () => {
    expect({ ...toTypedTexts({ id: t.Integer() }, 'params', { id: 'x' }) }).toEqual({ id: 'x' })
    const silent = { '~standard': { version: 1, vendor: 'x', validate: (value: unknown) => ({ value }) } }
    expect(toTypedTexts(silent as never, 'params', texts)).toBe(texts)
  })
})

describe('a name', () => {
  it('is one that a schema takes, of a header in lower case', () => {
    const isDeclared = declaresName({ 'X-Page': t.Optional(t.Integer()) }, 'headers')
    expect([isDeclared?.('x-page'), isDeclared?.('x-user')]).toEqual([true, false])
    expect(declaresName(t.Record(t.String(), t.String()), 'cookies')?.('any')).toBe(true)
  })
})
