import { any, all, conditionsOn } from '@keelson/core/conditions'
import { expect, describe, it } from 'vitest'
import { bytes, defineTables, integer, table, text } from '../../src/index.ts'
import { SYSTEMS } from '../systems.ts'
import { opening } from './opening.ts'

const Pairs = table('pairs', {
  userId: integer().primary(),
  code: text({ maxLength: 20 }).primary(),
})
const Files = table('files', { id: integer().primary(), data: bytes() })
const tables = defineTables({ pairs: Pairs, files: Files })

const COUNT = 1500
const pairs = Array.from({ length: COUNT }, (_, userId) => ({ userId, code: `c${userId % 7}` }))

describe.each(SYSTEMS)('a large statement on %s', (_system, make) => {
  const on = opening(make, tables)

  it(
    'reads many composite keys of one tick, and many conditions',
    on(async ({ db }) => {
      await db.pairs.insertMany(pairs)
      const found = await Promise.all(pairs.map((key) => db.pairs.byId(key)))
      expect(found).toEqual(pairs)
      expect(await db.pairs.byId({ userId: 0, code: 'c1' })).toBe(undefined)
      const { userId, code } = conditionsOn({ userId: { kind: 'integer' }, code: { kind: 'text' } })
      const each = pairs.map((pair) => all(userId.is(pair.userId), code.is(pair.code)))
      expect(await db.pairs.count(any(...each))).toBe(COUNT)
      expect(await db.pairs.count(all(...pairs.map((pair) => userId.isNot(pair.userId))))).toBe(0)
    }),
  )

  it(
    'has rows of more bytes than a packet in several statements, which are one unit',
    { timeout: 120_000 },
    on(async ({ db }) => {
      const data = Buffer.alloc(1_000_000, 'x').toString('base64url')
      const files = Array.from({ length: 20 }, (_, id) => ({ id, data }))
      await expect(db.files.insertMany([...files, { id: 3, data }])).rejects.toMatchObject({
        code: 'ERR_DB_UNIQUE',
      })
      expect(await db.files.count()).toBe(0)
      await db.files.insertMany(files)
      expect(await db.files.count()).toBe(20)
    }),
  )

  it(
    'leaves the next statement unharmed where the server refuses it',
    { timeout: 120_000 },
    on(async ({ db }) => {
      const data = Buffer.alloc(20_000_000, 'x').toString('base64url')
      for (let id = 100; id < 103; id++) {
        await db.files.insert({ id, data }).catch(() => undefined)
        expect(await db.files.count({ id: 0 })).toBeLessThan(2)
      }
    }),
  )
})
