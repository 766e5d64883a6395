// The same table in two spellings: as createTables writes it, and as people do.
import { describe, expect, it } from 'vitest'
import {
  bigint,
  boolean,
  decimal,
  defineTables,
  factsOf,
  integer,
  oneOf,
  table,
  text,
  timestamp,
  uuid,
} from '../../src/table/index.ts'
import { ALL_SYSTEMS } from '../systems.ts'
import { describing, tableIn, withoutNames } from './describing.ts'

const tables = factsOf(
  defineTables({
    customers: table('customers', { id: uuid().primary() }),
    orders: table(
      'orders',
      {
        id: uuid().primary(),
        customerId: uuid().references('customers'),
        email: text({ maxLength: 254 }).unique(),
        status: oneOf('open', 'closed'),
        total: decimal(12, 2, { minimum: 0 }),
        views: bigint().nullable(),
        count: integer(),
        isPaid: boolean(),
        at: timestamp(),
      },
      { indexes: [['status', 'at']] },
    ),
  }),
)

/** By hand: constraints at their columns, without names, with other words, and in another case. */
const BY_HAND: Readonly<Record<'postgresql' | 'mariadb' | 'sqlite', readonly string[]>> = {
  postgresql: [
    'CREATE TABLE customers (id uuid PRIMARY KEY)',
    `CREATE TABLE orders (
      id uuid PRIMARY KEY,
      customer_id uuid NOT NULL REFERENCES customers ON DELETE RESTRICT,
      email text COLLATE "C" NOT NULL UNIQUE CHECK (char_length(email)<=254),
      status TEXT COLLATE "C" NOT NULL CHECK (("status" IN ('open', 'closed')) AND (char_length(status) <= 6)),
      total DECIMAL(12,2) NOT NULL CHECK (total >= 0),
      views int8, count int NOT NULL, is_paid bool NOT NULL, at timestamp(3) with time zone NOT NULL CHECK (isfinite(at))
    )`,
    'CREATE INDEX ON orders (customer_id)',
    'CREATE INDEX ON orders USING btree (status, at ASC NULLS LAST)',
  ],
  mariadb: [
    'CREATE TABLE customers (id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY) COLLATE utf8mb4_nopad_bin',
    `CREATE TABLE orders (
      id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin PRIMARY KEY,
      customer_id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      email VARCHAR(254) NOT NULL UNIQUE CHECK (char_length(email)<=254),
      status VARCHAR(6) NOT NULL CHECK ((\`status\` IN ('open', 'closed')) AND (CHAR_LENGTH(status) <= 6)),
      total NUMERIC(12,2) NOT NULL CHECK (total >= 0),
      views BIGINT(20) DEFAULT NULL, count INTEGER NOT NULL, is_paid BOOL NOT NULL CHECK (is_paid IN (0,1)), at DATETIME(3) NOT NULL,
      KEY (status, at),
      FOREIGN KEY (customer_id) REFERENCES customers (id)
    ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin`,
  ],
  sqlite: [
    "CREATE TABLE customers (id TEXT PRIMARY KEY CHECK (id GLOB '????????-????-????-????-????????????')) STRICT",
    `CREATE TABLE orders ( -- what is sold
      id TEXT PRIMARY KEY check (id glob '????????-????-????-????-????????????'),
      customer_id text not null references Customers ON DELETE RESTRICT check (customer_id glob '????????-????-????-????-????????????'),
      email TEXT NOT NULL UNIQUE CHECK (length(email)<=254),
      [status] text NOT NULL CHECK (("STATUS" in ('open','closed') AND LENGTH(status) <= 6)),
      total INT NOT NULL CHECK (total >= 0 AND total/100 BETWEEN -9999999999 AND 9999999999) /* hundredths */,
      views integer, count int not null check (count >= -2147483648 and count <= 2147483647),
      is_paid INTEGER NOT NULL CHECK (is_paid IN (0, 1)), at text not null check (at GLOB '????-??-??T??:??:??.???Z')
    ) STRICT`,
    'CREATE INDEX by_customer ON orders (customer_id)',
    'CREATE INDEX "by status" ON "orders" ("status" ASC, at)',
  ],
}

describe.each(ALL_SYSTEMS)('a table that was written by hand on %s', (_name, make) => {
  const on = describing(make)

  it(
    'is described as the same table of ours, but for names',
    on(async ({ create, describe: read, run, dialect }) => {
      const texts = BY_HAND[dialect.system as keyof typeof BY_HAND]
      await run(...texts)
      const byHand = await read()
      await run('drop table orders', 'drop table customers')
      await create(tables)
      const ours = await read()
      for (const name of ['customers', 'orders'])
        expect(withoutNames(tableIn(byHand, name))).toEqual(withoutNames(tableIn(ours, name)))
    }),
  )
})
