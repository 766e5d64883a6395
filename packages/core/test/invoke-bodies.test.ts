import { bodyFormat, bytes, form, json, oneOf, route, t, text } from '@keelson/core'
import { testApp } from '@keelson/testing'
import { describe, expect, it } from 'vitest'
import { open } from './support.ts'

const Order = t.Object({ total: t.Number(), note: t.Optional(t.String()) })
const Note = t.String({ maxLength: 5 })
const routes = {
  json: route.post('/json', { ...open, body: Order }, ({ body }) => body),
  form: route.post('/form', { ...open, body: form(Order) }, ({ body }) => body),
  either: route.post(
    '/either',
    { ...open, body: oneOf(json(Order), text({ schema: Note })) },
    ({ body }) => body,
  ),
  bytes: route.post('/bytes', { ...open, body: bytes() }, ({ body }) => [...body]),
  maybe: route.post('/maybe', { ...open, body: t.Optional(Order) }, ({ body }) => body ?? 'none'),
  own: route.post(
    '/own',
    {
      ...open,
      body: bodyFormat({
        mediaTypes: ['text/x-numbers'],
        schema: t.Array(t.Integer()),
        read: (given) => new TextDecoder().decode(given).split(' ').map(Number),
      }),
    },
    ({ body }) => body,
  ),
}

describe('the body of a call', () => {
  it.each([
    ['json', { total: 1 }, { total: 1 }],
    ['form', { total: 1, note: 'x' }, { total: 1, note: 'x' }],
    ['either', { total: 2 }, { total: 2 }],
    ['either', 'short', 'short'],
    ['bytes', new Uint8Array([1, 2]), [1, 2]],
    ['bytes', new Uint8Array([3]).buffer, [3]],
    ['maybe', undefined, 'none'],
    ['own', '1 2', [1, 2]],
    ['own', Buffer.from('3'), [3]],
    ['own', [4], [4]],
  ])('of %s is the value that its format would read: %j', async (name, body, data) => {
    await using test = await testApp({ routes })
    expect(await test.app.invoke(name as string, { body })).toMatchObject({ ok: true, data })
  })

  it.each([
    ['json', undefined, 'required'],
    ['json', { total: '1' }, 'type'],
    ['json', { total: 1, extra: 1 }, 'additionalProperties'],
    ['form', { total: '1' }, 'type'],
    ['either', 'too long', 'maxLength'],
    ['either', { total: 'x' }, 'type'],
    ['bytes', undefined, 'required'],
    ['bytes', { a: 1 }, 'type'],
    ['own', ['x'], 'type'],
  ])('of %s is refused where the schema refuses it: %j', async (name, body, code) => {
    await using test = await testApp({ routes })
    expect(await test.app.invoke(name as string, { body })).toMatchObject({
      ok: false,
      status: 400,
      error: { details: [{ in: 'body', code }] },
    })
  })
})
