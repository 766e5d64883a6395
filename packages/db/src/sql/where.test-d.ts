import { conditionsOn, type Condition } from '@keelson/core/conditions'
import type { Expression, SqlBool } from 'kysely'
import { expectTypeOf } from 'vitest'
import { integer, sql, table, text, type Database, type SqlFragment } from '../index.ts'

const Orders = table('orders', { id: integer().primary(), status: text(), total: integer() })
const Customers = table('customers', { id: integer().primary(), name: text() })
declare const db: Database<{ orders: typeof Orders; customers: typeof Customers }>
const { status } = conditionsOn(Orders.columns)
declare const ofCustomers: Condition<typeof Customers.columns>

expectTypeOf(sql.where(Orders, status.is('open'), { alias: 'o' })).toEqualTypeOf<SqlFragment>()
expectTypeOf(db.where(Orders, [{ status: 'open' }, status.is('open')])).toEqualTypeOf<Expression<SqlBool>>()
db.kysely.selectFrom('orders as o').where(db.where(Orders, status.is('open'), { alias: 'o' }))
db.kysely
  .selectFrom('orders')
  .where(({ eb, or }) => or([eb('id', '=', 1), db.where(Orders, { status: 'a' })]))

// @ts-expect-error a condition of another table
sql.where(Orders, ofCustomers)
// @ts-expect-error a condition of another table
db.where(Orders, ofCustomers)
// @ts-expect-error there is no such column
db.where(Orders, { name: 'a' })
// @ts-expect-error a value of another kind
sql.where(Orders, { status: 5 })
// @ts-expect-error the table, not its key
db.where('orders', { status: 'a' })
// @ts-expect-error there is no such option
db.where(Orders, { status: 'a' }, { table: 'o' })
