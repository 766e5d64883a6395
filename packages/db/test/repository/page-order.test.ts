import { describe, expect, it } from 'vitest'
import { bytes, defineTables, integer, table, text } from '../../src/index.ts'
import { SYSTEMS } from '../systems.ts'
import { opening } from './opening.ts'

const Notes = table('notes', {
  id: integer().primary(),
  text: text({ maxLength: 700 }),
  long: text({ maxLength: 16_383 }),
  data: bytes({ maxLength: 65_535 }),
  label: text({ maxLength: 768, caseInsensitive: true }),
  endless: text(),
  blob: bytes(),
})
const Posts = table('posts', {
  id: integer().primary().hidden(),
  slug: text({ maxLength: 20 }).unique(),
  rank: integer(),
})
const Secrets = table('secrets', {
  id: integer().primary().hidden(),
  code: text({ maxLength: 20 }).unique().nullable(),
  rank: integer(),
})
const tables = defineTables({ notes: Notes, posts: Posts, secrets: Secrets })

const ROWS = 30
/** Values that differ at their end alone, in another order than the keys. */
const tail = (at: number): string => String((at * 37) % ROWS).padStart(2, '0')
const notes = Array.from({ length: ROWS }, (_, id) => ({
  id,
  text: 'é'.repeat(600) + tail(id),
  long: 'x'.repeat(16_381) + tail(id),
  data: Buffer.from('x'.repeat(65_533) + tail(id)).toString('base64url'),
  label: (id % 2 === 0 ? 'ß' : 'ẞ').repeat(700) + tail(id),
  endless: 'x',
  blob: '',
}))

describe.each(SYSTEMS)('the order of a page on %s', (system, make) => {
  const on = opening(make, tables)

  it(
    'looks at the whole of long values',
    on(async ({ db }) => {
      for (const row of notes) await db.notes.insert(row)
      const all = Array.from({ length: ROWS }, (_, at) => String(at).padStart(2, '0'))
      for (const property of ['text', 'long', 'data'] as const) {
        const found = await db.notes.find({ orderBy: { [property]: 'asc' } })
        expect(found.map(({ id }) => tail(id))).toEqual(all)
        const ids: number[] = []
        let after: string | undefined
        do {
          const page = await db.notes.page({ limit: 12, after }, { orderBy: { [property]: 'asc' } })
          ids.push(...page.items.map(({ id }) => id))
          after = page.next
        } while (after !== undefined)
        // Of those that no cursor holds a page has the beginning, and then the key.
        expect(ids.map((id) => (property === 'text' ? tail(id) : id))).toEqual(
          property === 'text' ? all : notes.map(({ id }) => id),
        )
      }
      const options = { orderBy: { label: 'asc', data: 'asc' }, limit: ROWS } as const
      expect(new Set((await db.notes.find(options)).map(({ id }) => id)).size).toBe(ROWS)
    }),
  )

  it(
    'is refused where the system would look at the beginning alone',
    on(async ({ db }) => {
      for (const property of ['endless', 'blob'] as const) {
        const found = db.notes.find({ orderBy: { [property]: 'asc' }, limit: 1 })
        const outcome = await found.then(() => 'found', String)
        const refused: unknown = expect.stringContaining(`names '${property}', which may be longer than the `)
        expect(outcome).toEqual(system === 'MariaDB' ? refused : 'found')
      }
    }),
  )

  it(
    'puts no hidden key into cursors',
    on(async ({ db }) => {
      await db.posts.insertMany([1, 2, 3].map((at) => ({ id: 4710 + at, slug: `s${4 - at}`, rank: 1 })))
      const options = { orderBy: { rank: 'asc' } } as const
      const { items, next = '' } = await db.posts.page({ limit: 2 }, options)
      expect(items.map(({ slug }) => slug)).toEqual(['s1', 's2'])
      expect(Buffer.from(next.slice(9), 'base64url').toString()).toBe('1;"2:s2')
      expect((await db.posts.page({ after: next }, options)).items).toMatchObject([{ slug: 's3' }])
      await expect(db.secrets.page({}, options)).rejects.toThrow(
        "has its key in the cursors, and 'id' is hidden",
      )
    }),
  )
})
