import { describe, expect, it } from 'vitest'
import { createTables, defineTables, table, text, TransactionError, uuid } from '../src/index.ts'
import { openingDatabase } from './opened-systems.ts'
import { SYSTEMS } from './systems.ts'

const Notes = table('notes', { id: uuid().primary(), name: text({ maxLength: 9 }).unique() })

/** What the process learns of promises that nobody handles while work runs. */
async function unhandledIn(work: () => Promise<unknown>): Promise<readonly string[]> {
  const unhandled: string[] = []
  const note = (error: unknown): void => void unhandled.push(String(error))
  process.on('unhandledRejection', note)
  await work()
  await new Promise((resolve) => setTimeout(resolve, 20))
  process.off('unhandledRejection', note)
  return unhandled
}

describe.each(SYSTEMS)('what nobody awaits within a transaction on %s', (_name, make) => {
  const on = openingDatabase(make, defineTables({ notes: Notes }), { callSites: true })

  it(
    'does not end the process when it fails',
    on(async (db) => {
      await db.notes.insert({ name: 'a' })
      const taken = { id: '0190a1b2-c3d4-7e5f-8a6b-7c8d9e0f1a2b', name: 'a' }
      const prepared = db.prepare<{ name: string }, unknown>((kysely, param) =>
        kysely.insertInto('notes').values({ id: taken.id, name: param('name') } as never),
      )
      const store = db.keyValueStore({ joins: true })
      const begun: readonly (() => Promise<unknown>)[] = [
        () => db.notes.insert({ name: 'a' }),
        () => db.notes.find({ where: { nome: 1 } as never }),
        () => db.sql`selec`,
        () => db.sql.affected`delete from nowhere`,
        () => db.kysely.insertInto('notes').values(taken).execute(),
        () =>
          db.kysely
            .with('n', (k) => k.selectFrom('notes').selectAll())
            .selectFrom('n')
            .select('nome' as never)
            .executeTakeFirstOrThrow(),
        () => db.kysely.schema.dropTable('nowhere').execute(),
        () =>
          db
            .select('notes')
            .transaction()
            .execute(() => Promise.resolve()),
        () => prepared({ name: 'a' }),
        () => store.set('', new Uint8Array()),
        () => createTables(db),
        () => db.transaction(() => Promise.reject(new Error('joined'))),
        () => db.transaction(() => Promise.reject(new Error('nested')), { propagation: 'nested' }),
        () => db.transaction(() => Promise.resolve(), { propagation: 'wrong' as 'new' }),
        () => db.transaction(() => Promise.resolve(), null as never),
      ]
      for (const begin of begun) {
        let outcome = 'committed'
        const unhandled = await unhandledIn(() =>
          db.transaction(() => void begin()).catch(() => (outcome = 'rolled back')),
        )
        expect({ begin: String(begin), unhandled, outcome }).toEqual({
          begin: String(begin),
          unhandled: [],
          outcome: 'rolled back',
        })
      }
    }),
  )

  it(
    'fails it, also where it was done at once',
    on(async (db) => {
      const work = async (): Promise<void> => {
        void db.notes.insert({ name: 'lost' })
        await db.notes.count()
      }
      await expect(db.transaction(work)).rejects.toThrow(TransactionError)
      await expect(db.transaction(work)).rejects.toThrow(
        /notes\.insert \(.*unawaited\.test\.ts:\d+.*\) was begun and not awaited/,
      )
      await expect(db.transaction(() => void db.kysely.deleteFrom('notes').execute())).rejects.toThrow(
        /kysely \(.*unawaited\.test\.ts:\d+.*\) was begun and not awaited/,
      )
      expect(await db.notes.count({ name: 'lost' })).toBe(0)
    }),
  )

  it(
    'fails it, also where a function that nobody awaits awaits it',
    on(async (db) => {
      const add = (name: string): Promise<unknown> => db.notes.insert({ name }).catch(() => undefined)
      const each = db.transaction(() => {
        for (const name of ['l1', 'l2', 'l3']) void (async () => await add(name))()
      })
      await expect(each).rejects.toThrow(/notes\.insert .* was begun and not awaited/)
      const two = async (): Promise<void> => {
        await add('l4')
        await add('l5')
      }
      await expect(
        db.transaction(async () => {
          void two()
          await db.notes.count()
        }),
      ).rejects.toThrow(/notes\.insert \(.*unawaited\.test\.ts:\d+\) was begun and not awaited/)
      await new Promise((resolve) => setTimeout(resolve, 20))
      for (const name of ['l1', 'l2', 'l3', 'l4', 'l5']) expect(await db.notes.count({ name })).toBe(0)
    }),
  )

  it(
    'is not what is returned, awaited together, or handled',
    on(async (db) => {
      await db.transaction(() => db.notes.insert({ name: 'b' }))
      await db.transaction(async () => {
        await Promise.all([db.notes.insert({ name: 'c' }), db.notes.count()])
        const later = db.notes.insert({ name: 'd' })
        await db.notes.count()
        await later
        await db.transaction(async () => db.notes.insert({ name: 'e' }), { propagation: 'nested' })
        db.notes.insert({ name: 'f' }).catch(() => {})
        await db.notes.count()
        return db.kysely.selectFrom('notes').selectAll().execute()
      })
      const names = (await db.notes.find()).map(({ name }) => name)
      expect(names).toEqual(expect.arrayContaining(['b', 'c', 'd', 'e', 'f']))
    }),
  )
})
