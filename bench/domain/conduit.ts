// W11: the RealWorld API over PostgreSQL. Its data, and the tokens of its users: the same for each server.
import { createHmac } from 'node:crypto'

const { DATABASE_URL = 'postgres://postgres@127.0.0.1:5432/test' } = process.env

/** Its database beside that of the other workloads, whose server must let it be made. */
export const CONDUIT_URL = Object.assign(new URL(DATABASE_URL), { pathname: '/bench_conduit' }).href

/** Where the copy of the example lies: the harness says it, since programs are compiled to another folder. */
export function conduitDir(): string {
  return process.env['CONDUIT_DIR'] ?? '.'
}

export const USERS = 1000
export const ARTICLES = 10_000
export const FAVORITES = 100_000
/** Each server has as many connections. */
export const POOL_SIZE = 10

export const APP_SECRET = 'keelson-bench-secret-of-the-realworld-api, 32 bytes'
const DAY_SECONDS = 86_400

/** The id of the row with a number. */
export function idOf(number: number): string {
  return `00000000-0000-7000-8000-${number.toString(16).padStart(12, '0')}`
}

/** The slug of an article. */
export function slugOf(article: number): string {
  return `article-${article}`
}

/** A token of a user, as Conduit issues them. */
export function tokenOf(user: number): string {
  const iat = Math.floor(Date.now() / 1000)
  const names = { iss: 'conduit', aud: 'conduit', client_id: 'app' }
  const claims = { ...names, sub: idOf(user), jti: String(user), iat, exp: iat + DAY_SECONDS }
  const signed = `${base64url({ alg: 'HS256', typ: 'at+jwt' })}.${base64url(claims)}`
  return `${signed}.${createHmac('sha256', APP_SECRET).update(signed).digest('base64url')}`
}

function base64url(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}
