// Calls that the compiler refuses, as code without types makes them.
import { t } from '@keelson/core'
import { conditionsOn } from '@keelson/core/conditions'
import { describe, expect, it } from 'vitest'
import { defineTables, json, table, text, uuid } from '../src/index.ts'
import { sqlite } from '../src/sqlite/index.ts'
import { openingDatabase } from './opened-systems.ts'

const Notes = table('notes', { id: uuid().primary(), title: text(), body: text() })
const tables = defineTables({ notes: Notes })

describe('a wrong call', () => {
  const on = openingDatabase(
    () => Promise.resolve({ adapter: sqlite(':memory:'), drop: () => Promise.resolve() }),
    tables,
  )

  it(
    'of a transaction, with a promise or nothing, says that it takes a function',
    on(async (db) => {
      const work = db.notes.count()
      await expect(db.transaction(work as never)).rejects.toMatchObject({
        code: 'ERR_DB_TRANSACTION',
        message:
          'db.transaction takes a function, and was given a promise, whose work has begun outside of the transaction. Write db.transaction(async () => { … }).',
      })
      await expect(db.transaction(undefined as never)).rejects.toThrow('and was given none. Write')
    }),
  )

  it(
    'of Kysely, whose query is awaited and never run, says what runs it',
    on(async (db) => {
      const message =
        'A query of db.kysely is awaited, and was not run. Write .execute(), .executeTakeFirst() or .executeTakeFirstOrThrow() at its end.'
      const awaited = async (query: unknown): Promise<unknown> => await query
      for (const query of [
        db.kysely.selectFrom('notes').selectAll(),
        db.select('notes').deleteFrom('notes'),
        db.kysely.updateTable('notes').set({ title: 'a' }).returningAll(),
        db.kysely.insertInto('notes').values({ id: 'a', title: 'a', body: 'a' }),
      ])
        await expect(awaited(query)).rejects.toMatchObject({ code: 'ERR_DB_QUERY', message })
    }),
  )

  it(
    'of a prepared query, with a value that it has no parameter for, names it',
    on(async (db) => {
      const titled = db.prepare<{ title: string }, { id: string }>((kysely, param) =>
        kysely.selectFrom('notes').select('id').where('title', '=', param('title')),
      )
      expect(await titled({ title: 'a' })).toEqual([])
      await expect(titled({ title: 'a', body: 'b' } as never)).rejects.toThrow(
        "The prepared query has no parameter 'body'. Omit its value, or write param('body') where it belongs.",
      )
    }),
  )

  it(
    'of a repository, with a name that there is not, says which is meant, and where the call is',
    on(async (db) => {
      const place = conditionsOn({ place: { kind: 'text' } }).place.is('a')
      const wrong = [
        ['find', { wher: {} }, "notes.find does not have the option 'wher'. Did you mean 'where'?"],
        [
          'find',
          { where: { titel: 'a' } },
          "The where of 'notes' names 'titel', which the table does not have. Did you mean 'title'?",
        ],
        [
          'find',
          { where: place },
          "The where of 'notes' names 'place', which the table does not have. It has id, title, body.",
        ],
        [
          'find',
          { orderBy: { titel: 'asc' } },
          "The orderBy of 'notes' names 'titel', which the table does not have. Did you mean 'title'?",
        ],
        [
          'deleteMany',
          { were: {} },
          "notes.deleteMany does not have the option 'were'. Did you mean 'where'?",
        ],
        [
          'insert',
          { titel: 'a' },
          "notes.insert has 'titel', which the table 'notes' does not declare. Did you mean 'title'?",
        ],
      ] as const
      for (const [name, given, message] of wrong) {
        const call = db.notes[name] as (given: unknown) => Promise<unknown>
        const error: unknown = await call(given).catch((thrown: unknown) => thrown)
        expect(error).toMatchObject({ code: 'ERR_DB_QUERY', message })
        expect(error).toHaveProperty('stack', expect.stringContaining('wrong-calls.test.ts'))
      }
    }),
  )

  it(
    'of a page, with limits that contradict each other, says which',
    on(async (db) => {
      const wrong = [
        [{ maxLimit: 0 }, 'The maxLimit of notes.page must be a whole number from 1 on, not 0.'],
        [{ defaultLimit: '5' }, 'The defaultLimit of notes.page must be a whole number from 1 on, not "5".'],
        [
          { defaultLimit: 25, maxLimit: 10 },
          'The defaultLimit of notes.page is 25, more than its maxLimit, 10. Give a defaultLimit of 10 or less, or a larger maxLimit.',
        ],
      ] as const
      for (const [limits, message] of wrong)
        await expect(db.notes.page({ limit: 1 }, limits as never)).rejects.toMatchObject({
          code: 'ERR_DB_QUERY',
          message,
        })
    }),
  )

  it.each(['pick', 'omit'] as const)('of %s, with a list, says how names are given', (method) => {
    expect(() => Notes.new[method](['title', 'body'] as never)).toThrow(
      `notes, ${method}(): It takes names of properties, and was given a list. Write ${method}('title', 'body').`,
    )
    expect(() => Notes.new[method](7 as never)).toThrow(`was given something else. Write ${method}('id').`)
  })

  it.each([
    [
      'a format',
      () => text({ format: 'emial' }),
      'The format "emial" is unknown. Use a format of JSON Schema (date-time, uuid, email, uri…), or a pattern.',
    ],
    [
      'a pattern',
      () => text({ pattern: '(' }),
      'The value of "pattern" must be a regular expression. Correct it.',
    ],
    ['no schema', () => json(undefined as never), 'The value is not a schema.'],
    ['a function', () => json(String as never), 'The value is not a schema. Give a schema, like t.String().'],
    [
      'a schema within',
      () => json(t.Object({ street: t.String({ format: 'x' }) })),
      'In its schema, street: The format "x" is unknown.',
    ],
  ])('of a column, with %s that is none, stops the start there', (_name, column, message) => {
    expect(() => table('notes', { id: uuid().primary(), body: column() })).toThrow(`notes.body: ${message}`)
  })
})
