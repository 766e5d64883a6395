import { defineError } from '@keelson/core'
import { describe, expect, it } from 'vitest'
import { defineTables, integer, openDatabase, table, text } from '../src/index.ts'
import { mysqlDialect } from '../src/mysql/mysql-dialect.ts'
import { sqlite } from '../src/sqlite/index.ts'
import { columnOf } from './column-facts.ts'
import { openingDatabase } from './opened-systems.ts'
import { ALL_SYSTEMS } from './systems.ts'

const CodeTaken = defineError('CODE_TAKEN', { status: 409, title: 'The code is taken' })

const Teams = table('teams', {
  id: integer().primary(),
  code: text({ maxLength: 20 }).named('a.b').unique(CodeTaken),
})
const Seats = table('seats', {
  teamId: integer().references('teams').primary(),
  seatNumber: integer().primary(),
})
const tables = defineTables({ teams: Teams, seats: Seats })

describe.each(ALL_SYSTEMS)('a violation on %s', (_name, make) => {
  const on = openingDatabase(make, tables)

  it(
    'tells table and properties of a key, in one way on all systems',
    on(async (db) => {
      await db.teams.insert({ id: 1, code: 'x' })
      await db.seats.insert({ teamId: 1, seatNumber: 1 })
      await expect(db.seats.insert({ teamId: 1, seatNumber: 1 })).rejects.toMatchObject({
        code: 'ERR_DB_UNIQUE',
        violation: { table: 'seats', columns: ['teamId', 'seatNumber'] },
      })
      await expect(db.seats.insert({ teamId: 7, seatNumber: 1 })).rejects.toMatchObject({
        code: 'ERR_DB_FOREIGN_KEY',
        violation: { table: 'seats', columns: ['teamId'] },
      })
      await expect(db.teams.delete(1)).rejects.toMatchObject({
        code: 'ERR_DB_FOREIGN_KEY',
        violation: { table: 'seats', columns: [] },
      })
    }),
  )

  it(
    'is the declared error of a column whose name has a point',
    on(async (db) => {
      await db.teams.insert({ id: 2, code: 'y' })
      await expect(db.teams.insert({ id: 3, code: 'y' })).rejects.toBeInstanceOf(CodeTaken)
    }),
  )
})

describe('a database with one connection', () => {
  it('says what helps when a stream holds it', async () => {
    await using db = await openDatabase(sqlite(':memory:', { acquireTimeoutMs: 50 }), tables, {
      createTables: true,
    })
    await db.teams.insert({ id: 1, code: 'x' })
    const work = async (): Promise<void> => {
      for await (const { id } of db.teams.stream()) await db.teams.byId(id)
    }
    await expect(work()).rejects.toThrow(
      /The only connection of :memory: was in use for 50 ms: teams\.stream .* in one transaction/,
    )
    await db.transaction(work)
  })
})

describe('a decimal with many places', () => {
  it('is refused at start where the system holds fewer', () => {
    const column = columnOf('decimal', 'rate', { limits: { precision: 65, scale: 39 } })
    expect(mysqlDialect('mariadb').columnProblems(column)).toEqual([
      'The column rate has 39 digits after the point; a decimal has at most 38 on MariaDB.',
    ])
    const fewer = columnOf('decimal', 'rate', { limits: { precision: 65, scale: 38 } })
    expect(mysqlDialect('mariadb').columnProblems(fewer)).toEqual([])
    expect(mysqlDialect('mysql').columnProblems(fewer)).toHaveLength(1)
  })
})
