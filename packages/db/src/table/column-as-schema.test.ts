import { createApp, route, t } from '@keelson/core'
import { describe, expect, it } from 'vitest'
import { bytes, json, oneOf, text } from '../index.ts'

const TOLD =
  /It is a column of @keelson\/db, for table\(\)\. Write a schema: t\.String\(\), .*The body formats .* are those of @keelson\/core\./

describe('a column in the place of a schema', () => {
  it.each([
    ['a body', { body: text() }],
    ['a body of bytes', { body: bytes() }],
    ['a body of JSON', { body: json(t.Unknown()) }],
    ['a parameter of the query', { query: { state: oneOf('open', 'closed') } }],
    ['a response', { response: text() }],
    ['a member of a schema', { body: t.Unsafe({ type: 'object', properties: { name: text() } }) }],
  ])('is told as such: %s', async (_, schemas) => {
    const routes = { a: route.post('/', { access: 'public', ...schemas } as never, () => 'x' as never) }
    await expect(createApp({ log: false, routes: routes as never }).start()).rejects.toThrow(TOLD)
  })
})
