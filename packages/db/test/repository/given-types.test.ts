import { conditionsOn, verdict } from '@keelson/core/conditions'
import { describe, expect, it } from 'vitest'
import { bigint, defineTables, integer, oneOf, table } from '../../src/index.ts'
import { ALL_SYSTEMS } from '../systems.ts'
import { opening } from './opening.ts'

/** Columns whose types are given: an enum, and whole numbers of fewer bits than their kind. */
function givenTypes(letter: string) {
  return table('given', {
    at: integer().primary(),
    letter: oneOf('z', 'a', 'm').sqlType(letter).nullable(),
    few: integer({ minimum: -32_768, maximum: 32_767 }).sqlType('smallint').nullable(),
    count: bigint().sqlType('integer').nullable(),
  })
}

const SERVERS = [
  ['PostgreSQL', 'letter'],
  ['MariaDB', "enum('z', 'a', 'm')"],
] as const

describe.each(SERVERS)('a condition on columns of given types on %s', (system, letter) => {
  const make = ALL_SYSTEMS.find(([name]) => name === system)?.[1]
  if (make === undefined) throw new Error(`There is no system ${system}.`)
  const Given = givenTypes(letter)
  const on = opening(make, defineTables({ given: Given }))

  it(
    'selects the rows for which it holds, whatever its values',
    on(async ({ db }) => {
      const rows = [
        { at: 1, letter: 'z', few: -32_768, count: '0' },
        { at: 2, letter: 'a', few: 0, count: '2147483647' },
        { at: 3, letter: 'm', few: 32_767, count: '-2147483648' },
        { at: 4, letter: null, few: null, count: null },
      ] as const
      await db.given.insertMany(rows)
      const given = conditionsOn(Given.columns)
      const conditions = (['is', 'isNot', 'below', 'atMost', 'above', 'atLeast'] as const).flatMap((op) => [
        ...['a', 'm', 'z', '', 'b', 'zz'].map((value) => given.letter[op](value as 'a')),
        ...[0, 32_767, 32_768, -32_769, 2 ** 40].map((value) => given.few[op](value)),
        ...['0', '2147483648', '-2147483649', '9223372036854775807'].map((value) => given.count[op](value)),
      ])
      const lists = [
        given.letter.isIn(['a', 'nothing' as 'a']),
        given.letter.isIn(['nothing' as 'a']),
        given.letter.startsWith('m'),
        given.few.isIn([0, 2 ** 40]),
        given.count.isIn(['0', '9223372036854775807']),
      ]
      const wrong: unknown[] = []
      for (const condition of [...conditions, ...lists]) {
        const found = await db.given.find({ where: condition, orderBy: { at: 'asc' } })
        const judged = rows.filter((row) => verdict(condition, row, Given.columns))
        if (String(found.map(({ at }) => at)) !== String(judged.map(({ at }) => at)))
          wrong.push({ condition, found, judged })
      }
      expect(wrong).toEqual([])
    }),
  )
})
