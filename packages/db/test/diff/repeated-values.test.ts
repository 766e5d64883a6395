// A unique column with a default, of a table that may have rows: these would all have one value.
import { describe, expect, it } from 'vitest'
import { ScratchConnection } from '../../src/diff/scratch-connection.ts'
import { defineTables, integer, table, text, type AnyTables } from '../../src/index.ts'
import { SYSTEMS } from '../migrate/migration-folder.ts'
import type { MadeDatabase } from '../systems.ts'
import { draftAfter } from './draft-after.ts'

const code = text({ maxLength: 9 })
const BEFORE = ['create table orders (id integer not null primary key)']

describe.each(SYSTEMS)('a new unique column on %s', (name, make) => {
  const orders = (columns: Parameters<typeof table>[1], options: object = {}): AnyTables =>
    defineTables({
      orders: table(
        'orders',
        { id: integer(name === 'SQLite' ? { bits: 53 } : {}).primary(), ...columns },
        options,
      ),
    }) as never
  const told = async (made: MadeDatabase, tables: AnyTables): Promise<string> => {
    try {
      const up = (await draftAfter(made.adapter, BEFORE, tables))?.up ?? []
      await using connection = await ScratchConnection.open(made.adapter)
      await connection.run([...BEFORE, 'insert into orders (id) values (1), (2)', ...up])
      return 'made with its rows'
    } catch (error) {
      return (error as Error).message
    }
  }

  it.for([
    [
      'with a default is refused',
      { code: code.default('a').unique() },
      /orders\.code: It is unique and has a default/,
    ],
    [
      'with a default that may be null, too',
      { code: code.nullable().default('a').unique() },
      /orders\.code: It is unique/,
    ],
    ['without one is made', { code: code.nullable().unique() }, /^made with its rows$/],
    ['of which none is unique is made', { code: code.default('a') }, /^made with its rows$/],
  ] as const)('%s', async ([, columns, expected], context) => {
    const made = await make()
    if (made === undefined) return context.skip('the server is not at hand')
    await using _dropped = { [Symbol.asyncDispose]: () => made.drop() }
    expect(await told(made, orders(columns))).toMatch(expected)
  })

  it('over a column that was there is made', async (context) => {
    const made = await make()
    if (made === undefined) return context.skip('the server is not at hand')
    await using _dropped = { [Symbol.asyncDispose]: () => made.drop() }
    const tables = orders(
      { code: code.default('a') },
      {
        unique: [{ columns: ['code', 'id'] }],
      },
    )
    expect(await told(made, tables)).toBe('made with its rows')
  })
})
