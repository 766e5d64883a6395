// What a client sends for a column of JSON, through a route and back.
import { route, t } from '@keelson/core'
import { conditionsOn } from '@keelson/core/conditions'
import { testApp } from '@keelson/testing'
import { describe, expect, it } from 'vitest'
import { defineTables, integer, InvalidValueError, json, table } from '../src/index.ts'
import { openingDatabase } from './opened-systems.ts'
import { SYSTEMS } from './systems.ts'

const Things = table('things', { id: integer().primary(), data: json(t.Unknown()) })
const tables = defineTables({ things: Things })

describe.each(SYSTEMS)('a column of JSON on %s', (name, make) => {
  const on = openingDatabase(make, tables)

  it(
    'refuses texts that no database keeps, as an error of the client',
    on(async (db) => {
      const create = route.post(
        '/',
        { body: Things.new, response: Things.row, access: 'public', errors: [InvalidValueError] },
        ({ body }) => db.things.insert(body),
      )
      await using test = await testApp({ routes: { create } })
      const send = async (data: string): Promise<unknown> => {
        const headers = { 'content-type': 'application/json' }
        const body = `{"id":1,"data":${data}}`
        const url = 'http://localhost/'
        const answer = await test.app.fetch(new Request(url, { method: 'POST', headers, body }))
        return answer.status
      }
      for (const text of [String.raw`a\u0000b`, String.raw`\ud800`, String.raw`\udc00\ud800`])
        for (const data of [`"${text}"`, `{"note":"${text}"}`, `{"${text}":1}`, `[{"a":{"${text}":null}}]`])
          expect([data, await send(data)]).toEqual([data, 400])
      expect(await db.things.count()).toBe(0)
      await expect(db.things.count({ data: { note: 'a\0' } })).rejects.toMatchObject({ status: 400 })
      expect(await send(String.raw`{"note":"\ud83d\ude00"}`)).toBe(200)
      expect(await db.things.byId(1)).toEqual({ id: 1, data: { note: '😀' } })
      await db.things.delete(1)
    }),
  )

  it(
    'is compared by value, and keeps its members as they were written where the database can',
    on(async (db) => {
      const written = '{"b":1,"a":{"d":[{"f":1,"e":2.5}],"c":"x"},"10":true}'
      await db.things.insert({ id: 3, data: JSON.parse(written) })
      const other = { a: { c: 'x', d: [{ e: 2.5, f: 1 }] }, '10': true, b: 1 }
      const where = conditionsOn(Things.columns)
      expect(await db.things.count(where.data.is(other))).toBe(1)
      expect(await db.things.count(where.data.is({ ...other, b: 2 }))).toBe(0)
      expect(await db.things.count(where.data.isNot(other))).toBe(0)
      const { data } = (await db.things.byId(3)) as { readonly data: unknown }
      expect(data).toEqual(other)
      const keeps = ['SQLite', 'better-sqlite3', 'MariaDB'].includes(name)
      // A member whose name is a whole number stands first in JavaScript.
      expect(JSON.stringify(data) === JSON.stringify(JSON.parse(written))).toBe(keeps)
      await db.things.delete(3)
    }),
  )

  it(
    'gives back what it holds, whatever it was given',
    on(async (db) => {
      const given = { a: -0, b: undefined, c: [1.5, { d: undefined }], e: '😀' }
      const made = await db.things.insert({ id: 1, data: given })
      expect(made).toStrictEqual({ id: 1, data: { a: 0, c: [1.5, {}], e: '😀' } })
      expect((await db.things.byId(1))?.data).toStrictEqual(made.data)
      const row = await db.things.update(made, { data: [-0] })
      expect(row.data).toStrictEqual([0])
      for (const data of [Number.NaN, 5n, () => 1, new Date(0), { a: [Infinity] }, [undefined]])
        await expect(db.things.insert({ id: 2, data })).rejects.toMatchObject({
          code: 'ERR_DB_VALUE',
          status: 400,
        })
    }),
  )
})
