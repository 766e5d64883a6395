// What editors and messages of the compiler show of the types of a table: values, and not the columns they come from.
import { expect, it } from 'vitest'
import { compileAll, shownTypes } from '../../core/test/compile.ts'

const TABLES = `
import { route } from '@keelson/core'
import { bigint, defineTables, oneOf, table, text, timestamp, uuid, version, type Database } from '../../db/src/index.ts'

const Customers = table('customers', { id: uuid().primary(), zone: text(), name: text() })
const Orders = table('orders', {
  id: uuid().primary(),
  customerId: uuid().references('customers'),
  status: oneOf('open', 'closed').default('open'),
  name: text(),
  note: text().nullable(),
  tokenHash: text().hidden(),
  version: version(),
  createdAt: timestamp().now(),
})
const Visits = table('visits', { id: uuid().primary(), at: timestamp({ as: Date }), bytes: bigint({ as: BigInt }) })
const tables = defineTables({ customers: Customers, orders: Orders, visits: Visits })
declare const db: Database<typeof tables>
`

it('shows the values of rows, in the order of the columns', () => {
  const shown = shownTypes(`${TABLES}
const customer = db.customers.byId('')
const customerSchema = Customers.row
const order = db.orders.insert({ customerId: '', name: '', tokenHash: '' })
const orderSchema = Orders.row
const fresh = Orders.new
const patch = Orders.patch
const picked = Orders.row.pick('id')
const joined = Customers.row.omit('zone').extend({ order: Orders.row.pick('note') })
const visit = Visits.row.omit('bytes')
`)
  const of = (name: string): string | undefined => shown.get(name)
  const row = 'id: string; customerId: string; status: "open" | "closed"; name: string; note: string | null;'
  expect(of('customer')).toBe('Promise<{ id: string; zone: string; name: string; } | undefined>')
  expect(of('customerSchema')).toBe('TableSchema<{ id: string; zone: string; name: string; }>')
  expect(of('order')).toBe(`Promise<{ ${row} tokenHash: string; version: number; createdAt: string; }>`)
  expect(of('orderSchema')).toBe(`TableSchema<{ ${row} version: number; createdAt: string; }>`)
  expect(of('fresh')).toBe(
    'TableSchema<{ customerId: string; status?: "open" | "closed"; name: string; note?: string | null; }>',
  )
  expect(of('patch')).toBe(
    'TableSchema<{ customerId?: string; status?: "open" | "closed"; name?: string; note?: string | null; }>',
  )
  expect(of('picked')).toBe('TableSchema<{ id: string; }>')
  const both = '{ id: string; name: string; readonly order: { note: string | null; }; }'
  expect(of('joined')).toBe(`AnswerSchema<${both}, ${both}>`)
  expect(of('visit')).toBe('AnswerSchema<{ id: string; at: string; }, { id: string; at: string | Date; }>')
})

it('says what is wrong in sentences and values', () => {
  const WRONG = {
    insert: "void db.orders.insert({ name: '' })",
    update: "void db.orders.update({} as never, { name: '', version: 2 })",
    pick: "Orders.new.pick('version')",
    answer:
      "route.get('/', { response: Visits.row, access: 'public' }, async () => (await db.visits.first())!)",
  }
  const said = compileAll(
    Object.fromEntries(Object.entries(WRONG).map(([name, line]) => [name, TABLES + line])),
  )
  expect(said.get('insert')).toContain(
    `is missing the following properties from type '{ id?: string; customerId: string; status?: "open" | "closed"; name: string; note?: string | null; tokenHash: string; version?: number; createdAt?: string; }': customerId, tokenHash`,
  )
  expect(said.get('update')).toBe(
    `Object literal may only specify known properties, and 'version' does not exist in type '{ customerId?: string; status?: "open" | "closed"; name?: string; note?: string | null; tokenHash?: string; createdAt?: string; }'.`,
  )
  expect(said.get('pick')).toContain(`Argument of type '"version"' is not assignable to parameter of type '"`)
  expect(said.get('pick')).not.toContain('Column')
  expect(said.get('answer')).toContain(
    'JSON has no BigInt: return its text, { ...row, bytes: String(row.bytes) }',
  )
})
