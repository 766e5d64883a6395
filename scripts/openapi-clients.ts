// Without this file nobody knows whether clients that are generated from our documents compile and work: the generators
// that check-openapi.ts runs, and the program that calls the sample app with what each one makes.

export interface ClientGenerator {
  readonly name: string
  /** Packages to install: name to version. */
  readonly dependencies: Readonly<Record<string, string>>
  /** Reads `openapi.json`, writes into the folder of the client. */
  readonly command: readonly [string, ...string[]]
  /** Calls the app at `process.env.BASE_URL`; throws where an answer is not what it should be. */
  readonly program: string
}

/** What each program does with `call`s of its client: read, refusal, creation with a key, typed error. */
const ASSERT = `
import assert from 'node:assert/strict'
const baseUrl = process.env.BASE_URL as string
const id = '3f1c1d3e-9a57-4c5c-8f0d-0e9a1b2c3d4e'
const key = { 'x-api-key': 'secret-key' }
const lines = [{ sku: 'tea', price: { amount: 4, currency: 'EUR' as const } }]
`

export const CLIENT_GENERATORS: readonly ClientGenerator[] = [
  {
    name: 'openapi-typescript',
    dependencies: { 'openapi-typescript': '7.13.0', 'openapi-fetch': '0.17.0' },
    // By default it takes members with a default for required, in what is sent too.
    command: [
      'openapi-typescript',
      'openapi.json',
      '-o',
      'openapi-typescript/schema.ts',
      '--default-non-nullable=false',
    ],
    program: `${ASSERT}
import createClient from 'openapi-fetch'
import type { paths } from './schema.ts'
const client = createClient<paths>({ baseUrl })
const home = await client.GET('/')
assert.equal(home.data?.hello, 'world')
const refused = await client.GET('/orders/{id}', { params: { path: { id } } })
assert.equal(refused.response.status, 401)
assert.equal(refused.error?.code, 'ERR_CORE_UNAUTHORIZED')
const created = await client.POST('/orders', { body: { lines }, headers: key })
const status: 'open' | 'closed' | undefined = created.data?.status
assert.equal(status, 'open')
const list = await client.GET('/orders', { params: { query: { limit: 5, status: 'open' } }, headers: key })
assert.deepEqual(list.data?.items, [])
const wrong = await client.GET('/orders', { params: { query: { limit: 500 } }, headers: key })
assert.equal(wrong.error?.code, 'ERR_CORE_VALIDATION')
`,
  },
  {
    name: 'hey-api',
    dependencies: { '@hey-api/openapi-ts': '0.99.0' },
    command: ['openapi-ts', '-i', 'openapi.json', '-o', 'hey-api/client'],
    program: `${ASSERT}
import { client } from './client/client.gen.ts'
import { home, ordersCreate, ordersList, ordersShow } from './client/index.ts'
client.setConfig({ baseUrl })
assert.equal((await home()).data?.hello, 'world')
const refused = await ordersShow({ path: { id } })
assert.equal(refused.error?.code, 'ERR_CORE_UNAUTHORIZED')
const created = await ordersCreate({ body: { lines }, headers: key })
const status: 'open' | 'closed' | undefined = created.data?.status
assert.equal(status, 'open')
assert.deepEqual((await ordersList({ query: { limit: 5 }, headers: key })).data?.items, [])
`,
  },
  {
    name: 'swagger-typescript-api',
    dependencies: { 'swagger-typescript-api': '13.13.0' },
    command: [
      'swagger-typescript-api',
      'generate',
      '-p',
      'openapi.json',
      '-o',
      'swagger-typescript-api',
      '-n',
      'api.ts',
    ],
    program: `${ASSERT}
import { Api } from './api.ts'
const api = new Api({ baseUrl })
assert.equal((await api.home()).data.hello, 'world')
const refused = await api.orders.ordersShow(id).catch((response: { status: number }) => response)
assert.equal(refused.status, 401)
const created = await api.orders.ordersCreate({ lines }, { headers: key })
const status: 'open' | 'closed' = created.data.status
assert.equal(status, 'open')
assert.deepEqual((await api.orders.ordersList({ limit: 5 }, { headers: key })).data.items, [])
`,
  },
]
