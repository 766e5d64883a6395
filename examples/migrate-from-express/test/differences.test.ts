// What is answered in another way behind a route, as the guide "Mount" tells it.
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { STEPS, type Served } from './served.ts'

const ORDER = '{"customer":"eve","total":3}'
const JSON_TYPE = { 'content-type': 'application/json' }

interface Sent {
  readonly body?: string | Buffer<ArrayBuffer>
  readonly headers?: Readonly<Record<string, string>>
}

const DIFFERENT: readonly (readonly [
  what: string,
  request: readonly [method: string, path: string, sent?: Sent],
  before: number,
  after: number,
])[] = [
  ['two slashes at the end', ['GET', '/orders//'], 200, 404],
  ['an escaped letter in the name of the path', ['GET', '/%6frders'], 404, 200],
  ['a question for the methods', ['OPTIONS', '/orders'], 200, 404],
  ['an id that is not a number', ['GET', '/orders/x'], 404, 400],
  ['a number with a zero in front', ['GET', '/orders/01'], 200, 400],
  ['a hexadecimal number', ['GET', '/orders/0x1'], 200, 400],
  ['a number with its sign', ['GET', '/orders/+1'], 200, 400],
  [
    'what the client has already',
    ['GET', '/orders', { headers: { 'if-none-match': '*', 'cache-control': 'max-age=0' } }],
    304,
    200,
  ],
  ['another type wanted', ['GET', '/orders', { headers: { accept: 'text/html' } }], 200, 406],
  [
    'more than 100 KiB',
    ['POST', '/orders', { headers: JSON_TYPE, body: `${' '.repeat(110_000)}${ORDER}` }],
    413,
    201,
  ],
  [
    'gzip',
    ['POST', '/orders', { headers: { ...JSON_TYPE, 'content-encoding': 'gzip' }, body: gzipSync(ORDER) }],
    201,
    415,
  ],
  [
    'UTF-16',
    [
      'POST',
      '/orders',
      {
        headers: { 'content-type': 'application/json; charset=utf-16le' },
        body: Buffer.from(ORDER, 'utf16le'),
      },
    ],
    201,
    415,
  ],
  [
    'bytes that are not UTF-8',
    [
      'POST',
      '/orders',
      { headers: JSON_TYPE, body: Buffer.from('{"customer":"\u00ff","total":1}', 'latin1') },
    ],
    201,
    400,
  ],
  ['no type', ['POST', '/orders', { body: Buffer.from(ORDER) }], 400, 415],
  ['another type', ['POST', '/orders', { headers: { 'content-type': 'text/plain' }, body: ORDER }], 400, 415],
  [
    'a type of JSON with a name',
    ['POST', '/orders', { headers: { 'content-type': 'application/vnd.shop+json' }, body: ORDER }],
    400,
    201,
  ],
  [
    'a member __proto__',
    ['POST', '/orders', { headers: JSON_TYPE, body: '{"customer":"eve","total":1,"__proto__":{}}' }],
    201,
    400,
  ],
  [
    'a number that is too large',
    ['POST', '/orders', { headers: JSON_TYPE, body: '{"customer":"eve","total":1e999}' }],
    201,
    400,
  ],
]

describe.each(STEPS)('the shop: %s', (_, serve, moved) => {
  let shop: Served
  beforeAll(async () => {
    shop = await serve()
  })
  afterAll(() => shop[Symbol.asyncDispose]())

  it.each(DIFFERENT)('answers %s', async (_, [method, path, { body, headers } = {}], before, after) => {
    const response = await fetch(shop.baseUrl + path, {
      method,
      headers: { 'x-api-key': 'secret', ...headers },
      ...(body === undefined ? {} : { body }),
    })
    await response.text()
    const hasMoved = moved.includes(method === 'OPTIONS' ? 'POST' : method)
    expect(response.status).toBe(hasMoved ? after : before)
  })
})
