// Connections whose character set lacks what a caller is named.
import { conditionsOn, not, verdict, type Condition } from '@keelson/core/conditions'
import { toWhere } from '@keelson/auth'
import { Kysely, MysqlDialect, sql } from 'kysely'
import mysql2 from 'mysql2/promise'
import { createPool } from 'mysql2'
import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { found, MARIADB_URL, type Foreign } from './policy-databases/servers.ts'

const columns = {
  owner: { kind: 'text' },
  folded: { kind: 'text', caseInsensitive: true },
  tags: { kind: 'json' },
} as const
type Columns = typeof columns
const order = conditionsOn(columns)
const OWNERS = ['?', 'Ж', '????', '😀', 'Жанна', 'é', 'e', '\\']

const name = `keelson_auth_${randomBytes(6).toString('hex')}`
let server: Awaited<ReturnType<typeof mysql2.createConnection>> | undefined

beforeAll(async () => {
  server = await found('MariaDB', () => mysql2.createConnection({ uri: `${MARIADB_URL}/` }))
  await server?.query(`create database ${name} character set utf8mb4 collate utf8mb4_general_ci`)
  await server?.query(
    `create table ${name}.orders (id int, owner varchar(20), folded varchar(20) collate uca1400_nopad_as_ci, tags json)`,
  )
  for (const [id, owner] of OWNERS.entries())
    await server?.query(`insert into ${name}.orders values (?, ?, ?, ?)`, [
      id,
      owner,
      owner,
      JSON.stringify([owner]),
    ])
})
afterAll(async () => {
  await server?.query(`drop database ${name}`)
  await server?.end()
})

describe.each(['latin1', 'UTF8_GENERAL_CI', 'cp1251', 'utf8mb4'])(
  'toWhere on a MariaDB connection of %s',
  (charset) => {
    it('finds texts whether its character set has them or not', async ({ skip }) => {
      if (server === undefined) return skip('the server is not at hand')
      const pool = createPool({ uri: `${MARIADB_URL}/${name}`, charset, connectionLimit: 1 })
      const kysely: Foreign = new Kysely({ dialect: new MysqlDialect({ pool: pool as never }) })
      await sql`select 1`.execute(kysely)
      const conditions = OWNERS.flatMap((owner): Condition<Columns>[] => [
        order.owner.is(owner),
        order.owner.isNot(owner),
        order.owner.isIn([owner, 'x']),
        order.owner.startsWith(owner),
        order.owner.atLeast(owner),
        order.folded.is(owner),
        order.folded.startsWith(owner),
        order.tags.contains(owner),
        order.tags.is([owner]),
      ])
      try {
        for (const condition of [...conditions, ...conditions.map((one) => not(one))]) {
          const rows = await kysely
            .selectFrom('orders')
            .select('id')
            .where((eb) => toWhere(condition, eb, { dialect: 'mariadb', columns }))
            .orderBy('id')
            .execute()
          const judged = OWNERS.filter((owner) =>
            verdict(condition, { owner, folded: owner, tags: [owner] }, columns),
          )
          expect([condition, rows.map(({ id }) => OWNERS[Number(id)])]).toEqual([condition, judged])
        }
      } finally {
        await kysely.destroy()
      }
    })
  },
)
