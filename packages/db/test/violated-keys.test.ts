// What a violation means where the key itself is violated, or the database has other names than the tables.
import { defineError, route, SetupError, t } from '@keelson/core'
import { testApp } from '@keelson/testing'
import { describe, expect, it } from 'vitest'
import { defineTables, integer, table, text, uuid } from '../src/index.ts'
import { openingDatabase } from './opened-systems.ts'
import { ALL_SYSTEMS } from './systems.ts'

const Taken = defineError('TAKEN', { status: 409, title: 'It is taken' })
const PairTaken = defineError('PAIR_TAKEN', { status: 409, title: 'The pair is taken' })
const NameTaken = defineError('NAME_TAKEN', { status: 409, title: 'The name is taken' })
const Unknown = defineError('UNKNOWN', { status: 409, title: 'There is none' })
const InUse = defineError('IN_USE', { status: 409, title: 'It is in use' })

const tables = defineTables({
  codes: table('codes', { code: text({ maxLength: 9 }).primary(Taken) }),
  pairs: table('pairs', { a: integer().primary(), b: integer().primary(PairTaken) }),
  marks: table('marks', { id: integer().primary().unique(Taken) }),
  seats: table(
    'seats',
    { row: integer().primary(), place: integer().primary() },
    { unique: [{ columns: ['row', 'place'], error: PairTaken }] },
  ),
})

describe.each(ALL_SYSTEMS)('a violated primary key on %s', (_name, make) => {
  const on = openingDatabase(make, tables)

  it(
    'is the error that it declares, or that a unique index on just its columns does',
    on(async (db) => {
      const twice: readonly (readonly [new () => Error, () => Promise<unknown>])[] = [
        [Taken, () => db.codes.insert({ code: 'a' })],
        [PairTaken, () => db.pairs.insert({ a: 1, b: 1 })],
        [Taken, () => db.marks.insert({ id: 1 })],
        [PairTaken, () => db.seats.insert({ row: 1, place: 1 })],
      ]
      for (const [error, insert] of twice) {
        await insert()
        await expect(insert()).rejects.toBeInstanceOf(error)
      }
      await expect(db.sql`insert into codes (code) values ('a')`).rejects.toBeInstanceOf(Taken)
      await expect(db.kysely.insertInto('marks').values({ id: 1 }).execute()).rejects.toBeInstanceOf(Taken)
    }),
  )
})

const Teams = table(
  'teams',
  {
    id: integer().primary(),
    name: text({ maxLength: 9 }).unique(NameTaken),
    city: text({ maxLength: 9 }),
    zip: text({ maxLength: 9 }),
  },
  { unique: [{ columns: ['city', 'zip'], error: PairTaken }] },
)
const Players = table('players', {
  id: integer().primary(),
  teamId: integer().references('teams', { error: Unknown, inUse: InUse }),
})

describe.each(ALL_SYSTEMS)('a database with names of its own on %s', (_name, make) => {
  const on = openingDatabase(make, defineTables({ teams: Teams, players: Players }), {}, false)

  it(
    'tells what a violation means by its columns',
    on(async (db) => {
      await db.sql`create table teams (id int primary key, name varchar(9), city varchar(9), zip varchar(9))`
      await db.sql`create unique index by_name on teams (name)`
      await db.sql`create unique index by_place on teams (city, zip)`
      await db.sql`create table players (id int primary key, team_id int, constraint of_team foreign key (team_id) references teams (id))`
      const team = { id: 1, name: 'a', city: 'b', zip: 'c' }
      await db.teams.insert(team)
      for (const _again of [1, 2]) {
        await expect(db.teams.insert({ ...team, id: 2, zip: 'd' })).rejects.toBeInstanceOf(NameTaken)
        await expect(
          db.transaction(() => db.teams.insert({ ...team, id: 2, name: 'd' })),
        ).rejects.toBeInstanceOf(PairTaken)
      }
      await expect(
        db.kysely
          .insertInto('teams')
          .values({ ...team, id: 2, zip: 'd' })
          .execute(),
      ).rejects.toBeInstanceOf(NameTaken)
      await expect(db.players.insert({ id: 1, teamId: 7 })).rejects.toBeInstanceOf(Unknown)
      await db.players.insert({ id: 1, teamId: 1 })
      await expect(db.teams.delete(1)).rejects.toBeInstanceOf(InUse)
    }),
  )
})

describe('a table', () => {
  it('has no second index on the columns of its key, and one error', () => {
    expect(tables.marks['~internal'].indexes).toEqual([])
    expect(tables.seats['~internal'].indexes).toEqual([])
    const both = (): unknown => table('both', { id: integer().primary(Taken).unique(NameTaken) })
    expect(both).toThrow(SetupError)
    expect(both).toThrow(/Its key has several errors: TAKEN, NAME_TAKEN/)
    const Detailed = defineError('DETAILED', { status: 409, title: 'x', details: t.Object({}) })
    expect(() => table('odd', { id: integer().primary(Detailed as never) })).toThrow(/details/)
  })
})

const Notes = table('notes', {
  id: uuid().primary(),
  name: text({ maxLength: 30 }).unique(),
  noteId: uuid().references('notes', { as: 'around', inverse: 'within' }).nullable(),
})
const noteTables = defineTables({ notes: Notes })

describe.each(ALL_SYSTEMS)('the log of a violation on %s', (_name, make) => {
  const on = openingDatabase(make, noteTables)

  it(
    'has names, what the table may say, and no value of a row',
    on(async (db) => {
      const given = { name: 'S3CRET' }
      const post = route.post
      const routes = {
        unique: post('/unique', { access: 'public' }, () => db.notes.insert(given)),
        reference: post('/reference', { access: 'public' }, () =>
          db.notes.insert({ name: 'b', noteId: '53c2e700-0000-4000-8000-000000000000' }),
        ),
        value: post(
          '/value',
          { access: 'public' },
          () =>
            db.sql`insert into notes (id, name) values (${'0190a1b2-c3d4-7e5f-8a6b-7c8d9e0f1a2b'}, ${'S3CRET'.repeat(9)})`,
        ),
      }
      await db.notes.insert(given)
      await using test = await testApp({ routes })
      for (const path of Object.keys(routes)) await test.request('POST', `/${path}`)
      test.takeErrors()
      const failed = test.log.lines.filter(({ msg }) => msg === 'The request failed.')
      expect(failed).toHaveLength(3)
      expect(failed[0]).toMatchObject({
        err: {
          message: expect.stringContaining('.unique(Taken)') as string,
          violation: { table: 'notes', columns: ['name'] },
        },
      })
      expect(failed[1]).toMatchObject({
        err: {
          message: expect.stringContaining("references('notes', { error: Unknown })") as string,
          violation: { table: 'notes', columns: ['noteId'] },
        },
      })
      expect(JSON.stringify(test.log.lines)).not.toMatch(/S3CRET|53c2e700/)
    }),
  )
})
