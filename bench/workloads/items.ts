// W3: a guarded read of one row. W4: the same with the row in memory.
import { createHmac } from 'node:crypto'
import { itemRow, toItemView } from '../domain/items.ts'
import {
  ALLOWED_ORIGINS,
  JWT_AUDIENCE,
  JWT_ISSUER,
  JWT_SECRET,
  READER_ROLE,
  JSON_HEADERS,
} from '../domain/security.ts'
import type { WireRequest } from '../harness/http.ts'
import { expectInvalid, expectJson, expectStatus, type Check } from '../harness/verify.ts'
import type { Job } from './contract.ts'

const USERS = 100
const REQUESTS = 2000
const ROWS = 10_000
const ORIGIN = ALLOWED_ORIGINS[0]
const HOUR_SECONDS = 3600

function token(user: number, claims: object = {}): string {
  const iat = Math.floor(Date.now() / 1000)
  const payload = {
    sub: `user-${user}`,
    roles: ['member', READER_ROLE],
    iss: JWT_ISSUER,
    aud: JWT_AUDIENCE,
    iat,
    exp: iat + 24 * HOUR_SECONDS,
    ...claims,
  }
  const signed = `${base64url({ alg: 'HS256', typ: 'JWT' })}.${base64url(payload)}`
  return `${signed}.${createHmac('sha256', JWT_SECRET).update(signed).digest('base64url')}`
}

function base64url(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}

const TOKENS = Array.from({ length: USERS }, (_, user) => token(user))
const TOKEN = TOKENS[0] as string

function get(id: number | string, bearer: string = TOKEN, origin: string = ORIGIN): WireRequest {
  const headers = { accept: 'application/json', origin, authorization: `Bearer ${bearer}` }
  return { method: 'GET', path: `/api/v1/items/${id}`, headers }
}

const NO_TOKEN: WireRequest = { method: 'GET', path: '/api/v1/items/7', headers: { origin: ORIGIN } }
const past = Math.floor(Date.now() / 1000) - HOUR_SECONDS
const [head, , signature] = TOKEN.split('.')
const forged = `${head}.${base64url({ sub: 'root', roles: [READER_ROLE], exp: past * 2 })}.${signature}`

const HEADERS = { ...JSON_HEADERS, 'access-control-allow-origin': ORIGIN, vary: 'Origin' }
const found = expectJson(toItemView(itemRow(7)), HEADERS)

function missing(headers: Readonly<Record<string, unknown>>, names: readonly string[]): string | undefined {
  const name = names.find((one) => headers[one] === undefined)
  return name && `no ${name}`
}

const checks: readonly Check[] = [
  {
    name: 'item',
    request: get(7),
    problem: (answer) =>
      found(answer) ?? missing(answer.headers, ['x-request-id', 'content-security-policy']),
  },
  { name: 'the item again', request: get(7), problem: found },
  { name: 'no token', request: NO_TOKEN, problem: expectStatus(401) },
  { name: 'forged token', request: get(7, forged), problem: expectStatus(401) },
  { name: 'expired token', request: get(7, token(1, { exp: past })), problem: expectStatus(401) },
  { name: 'token of another issuer', request: get(7, token(1, { iss: 'x' })), problem: expectStatus(401) },
  { name: 'no role', request: get(7, token(1, { roles: ['member'] })), problem: expectStatus(403) },
  { name: 'id is no integer', request: get('seven'), problem: expectInvalid },
  { name: 'unknown id', request: get(ROWS + 1), problem: expectStatus(404) },
  {
    name: 'a strange origin',
    request: get(7, TOKEN, 'https://evil.example'),
    problem: ({ headers }) =>
      headers['access-control-allow-origin'] === undefined ? undefined : 'a strange origin is allowed',
  },
]

const job: Job = {
  app: 'items',
  requests: Array.from({ length: REQUESTS }, (_, index) =>
    get(((index * 7919) % ROWS) + 1, TOKENS[index % USERS]),
  ),
  checks,
  // Names differ; what they say must be there.
  logLine: (line) =>
    /"[0-9a-f-]{36}"/.test(JSON.stringify(line)) && JSON.stringify(line).includes('/api/v1/items/'),
  needsDatabase: true,
}

export const items: Job = { ...job, env: { CACHE: '0' } }
export const cachedItems: Job = { ...job, env: { CACHE: '1' } }
