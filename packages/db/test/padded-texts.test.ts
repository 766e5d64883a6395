import { describe, expect, it } from 'vitest'
import { defineTables, openDatabase, table, text } from '../src/index.ts'
import { pglite } from '../src/pglite/index.ts'
import { postgresDialect } from '../src/postgres/postgres-dialect.ts'
import { columnOf } from './column-facts.ts'

const problemsOf = (sqlType: string) =>
  postgresDialect().columnProblems({ ...columnOf('text', 'team'), sqlType })

describe('a text whose type PostgreSQL fills with blanks', () => {
  it.each(['char(8)', 'CHARACTER (8)', 'char', 'national character(8)', 'nchar(8)', 'bpchar'])(
    'is refused: %s',
    (type) => {
      expect(problemsOf(type)).toEqual([
        `The column team has the type ${type}, which PostgreSQL fills with blanks that nobody wrote. Make it a varchar or text.`,
      ])
    },
  )

  it.each(['varchar(8)', 'character varying(8)', 'char varying(8)', 'nchar varying(8)', 'text', '"char"'])(
    'is none of these: %s',
    (type) => {
      expect(problemsOf(type)).toEqual([])
    },
  )

  it('stops the start', async () => {
    const Teams = table('teams', { name: text({ maxLength: 8 }).sqlType('char(8)').primary() })
    await expect(openDatabase(pglite('memory://'), defineTables({ teams: Teams }))).rejects.toThrow(
      'fills with blanks',
    )
  })
})
