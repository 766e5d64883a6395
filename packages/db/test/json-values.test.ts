// What a client sends for a column of JSON, through a route and back.
import { route, t } from '@keelson/core'
import { testApp } from '@keelson/testing'
import { describe, expect, it } from 'vitest'
import { defineTables, integer, InvalidValueError, json, table } from '../src/index.ts'
import { openingDatabase } from './opened-systems.ts'
import { ALL_SYSTEMS } from './systems.ts'

const Things = table('things', { id: integer().primary(), data: json(t.Unknown()) })
const tables = defineTables({ things: Things })

describe.each(ALL_SYSTEMS)('a column of JSON on %s', (_name, make) => {
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
