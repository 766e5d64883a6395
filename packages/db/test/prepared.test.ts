import { describe, expect, expectTypeOf, it } from 'vitest'
import {
  decimal,
  defineTables,
  integer,
  oneOf,
  QueryError,
  table,
  text,
  type QueryParameters,
} from '../src/index.ts'
import { openingDatabase } from './opened-systems.ts'
import { ALL_SYSTEMS } from './systems.ts'

const Orders = table('orders', {
  id: integer().primary(),
  status: oneOf('open', 'closed'),
  total: decimal(12, 2),
  note: text({ maxLength: 20 }).nullable(),
})
const tables = defineTables({ orders: Orders })

interface Values {
  readonly status?: 'open' | 'closed'
  readonly least?: string
  readonly note?: string | null
  readonly limit: number
}

describe.each(ALL_SYSTEMS)('a prepared query on %s', (_name, make) => {
  const on = openingDatabase(make, tables)

  it(
    'has the parts whose values a run says',
    on(async (db) => {
      await db.orders.insertMany([
        { id: 1, status: 'open', total: '5', note: null },
        { id: 2, status: 'closed', total: '20', note: 'gift' },
        { id: 3, status: 'open', total: '30', note: 'gift' },
      ])
      let times = 0
      const list = db.prepare((kysely, param: QueryParameters<Values>) => {
        times++
        return kysely
          .selectFrom('orders')
          .select('id')
          .$if(param.has('status'), (query) => query.where('status', '=', param('status')))
          .$if(param.has('least'), (query) => query.where('total', '>=', param('least')))
          .$if(param.has('note'), (query) =>
            query.where('note', 'is not distinct from', param('note')).select('note'),
          )
          .orderBy('id')
          .limit(param('limit'))
      })
      const idsOf = async (values: Values): Promise<number[]> => (await list(values)).map(({ id }) => id)
      expect(await idsOf({ limit: 9 })).toEqual([1, 2, 3])
      expect(await idsOf({ limit: 2 })).toEqual([1, 2])
      expect(times).toBe(1)
      expect(await idsOf({ status: 'open', limit: 9 })).toEqual([1, 3])
      expect(await idsOf({ limit: 1, status: 'open' })).toEqual([1])
      expect(times).toBe(2)
      expect(await idsOf({ least: '6', limit: 9 })).toEqual([2, 3])
      expect(await idsOf({ status: 'open', least: '6', limit: 9 })).toEqual([3])
      expect(times).toBe(4)
      const [row] = await list({ limit: 1 })
      expectTypeOf(row!).toEqualTypeOf<{ id: number; note?: string | null }>()
    }),
  )

  it(
    'is refused where a value is missing, undefined, or has no place',
    on(async (db) => {
      const list = db.prepare((kysely, param: QueryParameters<Values>) =>
        kysely
          .selectFrom('orders')
          .select('id')
          .where('status', '=', param('status'))
          .$if(param.has('least'), (query) => query.where('total', '>=', param('least')))
          // @ts-expect-error -- each run says it
          .$if(param.has('limit'), (query) => query.limit(param('limit'))),
      )
      const said = (values: object): Promise<string> =>
        list(values as never).then(
          () => 'nothing',
          (error: unknown) => (error instanceof QueryError ? error.message : String(error)),
        )
      expect(await said({ limit: 1 })).toBe(
        "The prepared query needs a value for 'status'. Give one, or write what it is needed for in .$if(param.has('status'), …).",
      )
      expect(await said({ status: 'open', least: undefined, limit: 1 })).toBe(
        "'least' is undefined in the values of a prepared query. Omit it where it is optional; for null write null.",
      )
      expect(await said({ status: 'open', laest: '1', limit: 1 })).toBe(
        "The prepared query has no parameter 'laest'. Omit its value, or write param('laest') where it belongs.",
      )
      expect(await said({ status: 'open', limit: 1 })).toBe('nothing')
    }),
  )
})
