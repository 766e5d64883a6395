import { createFakeClock } from '@keelson/core/ports'
import { keyValueStoreSuite } from '@keelson/core/suites'
import type { KeyValueStore } from '@keelson/core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { defineTables, openDatabase, table, text, type OwnedDatabase } from '../src/index.ts'
import { ALL_SYSTEMS, type MadeDatabase } from './systems.ts'
import { findMariadb, findPostgres } from './servers.ts'

const tables = defineTables({ notes: table('notes', { id: text({ maxLength: 10 }).primary() }) })
const reasons = { PostgreSQL: (await findPostgres()).reason, MariaDB: (await findMariadb()).reason }
const value = (words: string): Uint8Array => new TextEncoder().encode(words)

for (const [name, make] of ALL_SYSTEMS)
  describe.skipIf((reasons[name as 'MariaDB'] ?? '') !== '')(`a store on ${name}`, () => {
    let made: MadeDatabase
    let own: MadeDatabase
    let db: OwnedDatabase<typeof tables>
    let store: KeyValueStore
    const clock = createFakeClock()
    beforeAll(async () => {
      made = (await make()) as MadeDatabase
      db = await openDatabase(made.adapter, tables, { clock })
      own = made.adapter.lanes === 'equal' ? made : ((await make()) as MadeDatabase)
      store = db.keyValueStore(own === made ? {} : { adapter: own.adapter })
    })
    afterAll(async () => {
      await store.close()
      await db[Symbol.asyncDispose]()
      if (own !== made) await own.drop()
      await made.drop()
    })

    keyValueStoreSuite(
      { describe, it, expect },
      {
        name: `keyValueStore of ${name}`,
        make: async () => {
          // Another file for each case of SQLite would prove no more.
          const inDatabase = db.keyValueStore({ joins: own !== made })
          await inDatabase.delete('x')
          await db.sql`delete from keelson_key_values`
          return {
            store: inDatabase,
            advance: async (ms) => clock.advance(ms),
          }
        },
        skip: { 'when full, refuses new keys and drops none': 'the disk of the server is the limit' },
      },
    )

    it('keeps what it wrote where the transaction around is rolled back', async () => {
      const failed = db.transaction(async () => {
        await db.sql`select 1`
        await store.set('a', value('1'))
        throw new Error('no')
      })
      await expect(failed).rejects.toThrow('no')
      expect(await store.get('a')).toEqual(value('1'))
    })

    it('writes within the transaction around where it joins', async () => {
      const joining = db.keyValueStore({ joins: true })
      const failed = db.transaction(async () => {
        await joining.set('b', value('1'))
        expect(await joining.increment('n', 2)).toBe(2)
        expect(await joining.get('b')).toEqual(value('1'))
        throw new Error('no')
      })
      await expect(failed).rejects.toThrow('no')
      expect(await joining.getMany(['b', 'n'])).toEqual([undefined, undefined])
      await db.transaction(async () => {
        expect(await joining.add('b', value('2'))).toBe(true)
      })
      expect(await joining.get('b')).toEqual(value('2'))
    })

    it('deletes what has expired in parts: as many as a write makes, and one part', async () => {
      const joining = db.keyValueStore({ joins: true })
      const count = async (): Promise<number> => {
        const [row] = await db.sql`select count(*) as n from keelson_key_values`
        return Number(row?.['n'])
      }
      await joining.delete('x')
      const keys = (from: number, length: number): { key: string; value: Uint8Array; ttlMs: number }[] =>
        Array.from({ length }, (_, at) => ({ key: `k${from + at}`, value: value('1'), ttlMs: 10 }))
      await db.sql`delete from keelson_key_values`
      await joining.setMany(keys(0, 3500))
      expect(await count()).toBe(3500)
      await clock.advance(120_000)
      await joining.set('stays', value('1'))
      expect(await count()).toBe(2501)
      await joining.setMany(keys(5000, 1000))
      expect(await count()).toBe(1501)
      for (const left of [1002, 1003]) {
        await joining.add(`stays ${left}`, value('1'))
        expect(await count()).toBe(left)
      }
    })

    it('needs a place where it can write', async () => {
      const { lanes } = db['~internal'].adapter
      const outcome = (): unknown => {
        try {
          return db.keyValueStore().capabilities.keeps
        } catch (error) {
          return (error as Error).message.includes('sqlite(')
        }
      }
      expect([lanes === 'equal', outcome()]).toEqual([lanes === 'equal', true])
    })
  })
