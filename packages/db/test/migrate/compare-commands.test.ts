// From tables to migrations, by the commands, on a database with rows.
import { readdirSync } from 'node:fs'
import { token } from '@keelson/core'
import { afterEach, beforeEach, describe, expect, it, type TestContext } from 'vitest'
import {
  database,
  decimal,
  defineTables,
  integer,
  openDatabase,
  oneOf,
  table,
  text,
  type AnyTables,
  type Database,
} from '../../src/index.ts'
import { ignores } from '../../src/migrate/index.ts'
import type { MadeDatabase } from '../systems.ts'
import { migrationFolder, SYSTEMS, type MigrationFolder } from './migration-folder.ts'
import { runCommand, type Ended } from './run-command.ts'

const Customers = table('customers', { id: integer().primary(), email: text({ maxLength: 100 }).unique() })
const Orders = table('orders', {
  id: integer().primary(),
  customerId: integer().references('customers', { onDelete: 'cascade' }),
  status: oneOf('open', 'closed').default('open'),
  note: text({ maxLength: 50 }).nullable(),
  legacy: text().nullable(),
})
const first = defineTables({ customers: Customers, orders: Orders })
const second = defineTables({
  customers: Customers,
  orders: table(
    'sales',
    {
      id: integer().primary(),
      customerId: integer().references('customers', { onDelete: 'cascade' }),
      status: oneOf('open', 'closed', 'returned').default('open'),
      remark: text({ maxLength: 80 }).nullable().was('note'),
      total: decimal(12, 2).default('0'),
    },
    { was: 'orders', indexes: [['status', 'total']] },
  ),
})

describe.each(SYSTEMS)('migrations from tables on %s', (_name, make) => {
  let made: MadeDatabase | undefined
  let folder: MigrationFolder
  beforeEach(async () => {
    folder = migrationFolder()
    made = await make()
  })
  afterEach(async () => {
    folder[Symbol.dispose]()
    await made?.drop()
  })

  function run(
    tables: AnyTables,
    name: string,
    args: Record<string, unknown> = {},
    ignore: readonly string[] = [],
  ): Promise<Ended> {
    const migrations = { folder: folder.path, ignore }
    const plugin = database(token<Database<typeof tables>>('shop'), made!.adapter, tables, { migrations })
    return runCommand([plugin], name, args)
  }
  const needsServer = (context: TestContext): void => {
    if (made === undefined) context.skip('the server is not at hand')
  }

  it('are written, applied, compared, and taken back, with the rows that are there', async (context) => {
    needsServer(context)
    expect((await run(first, 'db check')).code).toBe(1)
    expect(await run(first, 'db diff', { words: ['create', 'shop'] })).toMatchObject({ code: 0, err: '' })
    expect(readdirSync(folder.path)).toEqual(['0001-create-shop.sql'])
    expect(await run(first, 'db diff', { words: ['again'] })).toEqual({
      code: 0,
      out: 'Nothing to do: the migrations make the tables.\n',
      err: '',
    })
    expect((await run(first, 'db migrate')).code).toBe(0)
    expect(await run(first, 'db check')).toMatchObject({ code: 0, err: '' })
    {
      await using db = await openDatabase(made!.adapter, first)
      await db.customers.insert({ id: 1, email: 'a@example.org' })
      await db.orders.insert({ id: 1, customerId: 1, note: 'hello', legacy: 'old' })
    }

    const refused = await run(second, 'db diff', { words: ['sales'] })
    expect(refused.err).toContain('sales.legacy')
    expect(refused.err).toContain("write .was('legacy') there")
    expect(refused.err).toContain('--drop sales.legacy')
    expect(readdirSync(folder.path)).toEqual(['0001-create-shop.sql', 'checksums'])
    const checked = await run(second, 'db check')
    expect([checked.code, checked.err]).toEqual([1, expect.stringContaining('table orders becomes sales')])

    const written = await run(second, 'db diff', { words: ['sales'], drop: ['sales.legacy'] })
    expect(written).toMatchObject({ code: 0 })
    expect(written.out).toContain('column sales.note becomes remark')
    expect(written.err).toMatch(/0002-sales\.sql:\d+: table-renamed: [^]*create view/)
    expect(written.err).toMatch(/0002-sales\.sql:\d+: column-renamed: /)
    expect((await run(second, 'db migrate')).err).toBe('')
    expect(await run(second, 'db check')).toMatchObject({ code: 0, err: '' })
    {
      await using db = await openDatabase(made!.adapter, second)
      expect(await db.orders.find()).toEqual([
        { id: 1, customerId: 1, status: 'open', remark: 'hello', total: '0.00' },
      ])
      await db.orders.insert({ id: 2, customerId: 1, status: 'returned', total: '5' })
      await db.orders.delete(2)
    }

    expect((await run(second, 'db rollback')).err).toBe('')
    {
      await using db = await openDatabase(made!.adapter, first)
      expect(await db.orders.find()).toEqual([
        { id: 1, customerId: 1, status: 'open', note: 'hello', legacy: null },
      ])
    }
    expect((await run(second, 'db migrate')).err).toBe('')
  })
  it('leave a column that older versions use, and drop it when it is not named any more', async (context) => {
    needsServer(context)
    const ignore = ['sal*', 'orders.leg*', 'orders.note']
    const rest = defineTables({
      customers: Customers,
      orders: table('orders', {
        id: integer().primary(),
        customerId: integer().references('customers', { onDelete: 'cascade' }),
        // SQLite makes the table anew for it.
        status: oneOf('open', 'closed', 'returned').default('open'),
      }),
    })
    await run(first, 'db diff', { words: ['create'] })
    const { out } = await run(rest, 'db diff', { words: ['status'] }, ignore)
    expect(out).not.toMatch(/note|legacy/)
    await run(rest, 'db migrate')
    expect(await run(rest, 'db check', {}, ignore)).toMatchObject({ code: 0, err: '' })
    {
      await using db = await openDatabase(made!.adapter, first)
      await db.customers.insert({ id: 1, email: 'a@example.org' })
      await db.orders.insert({ id: 1, customerId: 1, note: 'hello', legacy: 'old' })
    }
    const drop = ['orders.note', 'orders.legacy']
    expect(await run(rest, 'db diff', { words: ['drop'], drop })).toMatchObject({ code: 0 })
    expect(await run(rest, 'db check', { write: true })).toMatchObject({ code: 0, err: '' })
  })
})

it('a name with a star is a table with any end, and a column with any end where it has a dot', () => {
  const patterns = ['audit_*', 'orders.leg*', 'orders.note']
  const names = ['audit_log', 'audit_log.at', 'orders', 'orders.legacy', 'orders.note', 'orders.notes']
  expect(names.filter((name) => ignores(name, patterns))).toEqual([
    'audit_log',
    'orders.legacy',
    'orders.note',
  ])
})
