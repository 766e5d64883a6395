// The value of the cookie: <id>.<secret>. The id finds the session, the secret proves it; so a rotation changes one record in one step, and
// what a list shows of a session is not enough to use it.
import { hash } from 'node:crypto'
import type { Random } from '@keelson/core'
import { isSameHash } from '../secret-hash/index.ts'
import type { PreviousSecret, StoredSession } from './contract.ts'

const ID_BYTES = 16
/** In base64url. */
export const SESSION_ID_LENGTH = 22
/** 256 bits. */
const SECRET_BYTES = 32
const TOKEN = /^([\w-]{22})\.([\w-]{43})$/

/** What a cookie says. */
export interface SessionToken {
  readonly id: string
  readonly secret: string
}

export function newSessionId(random: Random): string {
  return Buffer.from(random.bytes(ID_BYTES)).toString('base64url')
}

export function newSecret(random: Random): string {
  return Buffer.from(random.bytes(SECRET_BYTES)).toString('base64url')
}

/** @returns `undefined` for a text that was never a token */
export function parseToken(text: string): SessionToken | undefined {
  const [, id, secret] = TOKEN.exec(text) ?? []
  return id === undefined || secret === undefined ? undefined : { id, secret }
}

/** What a store keeps. */
export function hashOfSecret(secret: string): string {
  return hash('sha256', secret, 'base64url')
}

/** What a secret is of a session: `current`, one from before a rotation a moment ago, or neither. */
export function matchSecret(
  { secretHash, previous }: Pick<StoredSession, 'secretHash' | 'previous'>,
  secret: string,
  now: number,
): 'current' | PreviousSecret | undefined {
  const given = hashOfSecret(secret)
  if (isSameHash(secretHash, given)) return 'current'
  return previous.find(({ hash: before, until }) => until > now && isSameHash(before, given))
}
