import { conditionsOn, not, verdict, type Condition } from '@keelson/core/conditions'
import { toWhere } from '@keelson/auth'
import { sql } from 'kysely'
import { describe, expect, it } from 'vitest'
import { FOREIGN } from './policy-databases/servers.ts'

const COLUMNS = {
  team: { kind: 'text', nullable: true },
  other: { kind: 'text', nullable: true },
  mood: { kind: 'text', nullable: true },
} as const
const { team, other, mood } = conditionsOn(COLUMNS)
const PADDED = 'red     '

const CASES: readonly (readonly [what: string, Condition<typeof COLUMNS>, ids: readonly number[]])[] = [
  ['is a text without blanks', team.is('red'), []],
  ['is the text that is read', team.is(PADDED), [1, 2]],
  ['is a text of too many blanks', team.is(`${PADDED} `), []],
  ['is not a text without blanks', team.isNot('red'), [1, 2, 3]],
  ['is not the text that is read', team.isNot(PADDED), [3]],
  ['is one of texts', team.isIn(['red', 'blue    ']), [3]],
  ['is none of texts', not(team.isIn(['red', PADDED])), [3]],
  ['is above a text without blanks', team.above('red'), [1, 2]],
  ['begins with its blanks', team.startsWith('red  '), [1, 2]],
  ['is another column', team.is(other), [2]],
  ['is not another column', other.isNot(team), [1, 3]],
  ['is null', team.isNull(), [4]],
  ['stands beside an enum', mood.is('happy'), [1, 3]],
  ['stands beside an enum that is not', not(mood.is('happy')), [2]],
]

describe.each(FOREIGN.filter(([name]) => ['PGlite', 'PostgreSQL'].includes(name)))(
  'a column of char(8) on %s',
  (_name, _runs, open) => {
    it('is compared as its driver reads it, in lists and in single records', async ({ skip }) => {
      const foreign = await open()
      if (foreign === undefined) return skip('the server is not at hand')
      const { kysely, dialect } = foreign
      try {
        await sql`create type mood as enum ('happy', 'sad')`.execute(kysely)
        await sql`create table teams (id integer, team char(8), other varchar(8), mood mood)`.execute(kysely)
        await sql`insert into teams values
          (1, 'red', 'red', 'happy'), (2, 'red', ${PADDED}, 'sad'), (3, 'blue', 'x', 'happy'), (4, null, 'x', null)`.execute(
          kysely,
        )
        const rows = await kysely.selectFrom('teams').selectAll().orderBy('id').execute()
        expect(rows.map((row) => row['team'])).toEqual([PADDED, PADDED, 'blue    ', null])
        for (const [what, condition, ids] of CASES) {
          const single = rows.filter((row) => verdict(condition, row, COLUMNS)).map(({ id }) => id)
          const query = kysely.selectFrom('teams').select('id').orderBy('id')
          const found = query.where((eb) => toWhere(condition, eb, { dialect, columns: COLUMNS }))
          const list = (await found.execute()).map(({ id }) => id)
          expect({ what, single, list }).toEqual({ what, single: ids, list: ids })
        }
      } finally {
        await foreign.drop()
      }
    })
  },
)
