import { SetupError, FrameworkError } from '@keelson/core'
import { StoreFullError } from '@keelson/core/ports'
import { RedisCommandError, RedisUnavailableError } from './errors.ts'

/** The first word of an error that the server replies: `READONLY You can't write…`. */
const REPLY = /^-?([A-Z][A-Z0-9]+) /

/** In scripts, servers before Redis 7 put the word into the middle of the text. */
const FULL = /(^|[\s-])OOM /

/** What a server says that is there and of no use now: it starts, follows another, has lost its disk or its cluster. */
const GONE = new Set([
  'BUSY',
  'CLUSTERDOWN',
  'LOADING',
  'MASTERDOWN',
  'MISCONF',
  'NOREPLICAS',
  'READONLY',
  'TRYAGAIN',
])

/** The word with which the server refused, or undefined for errors of the connection. */
export function replyCode(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined
  return REPLY.exec(error.message)?.[1]
}

/** Whether the connection leads to a server that only reads: after a failover there is another one to write to. */
export function isReadOnly(error: unknown): boolean {
  return error instanceof Error && /(^|[\s-])READONLY /.test(error.message)
}

/**
 * Ours for an error of a driver. Never with arguments of the command: the key of a session is a credential.
 *
 * @param keeps - whether a full server means that the store is full; of a cache it is of no use then
 */
export function toRedisError(error: unknown, { place, keeps }: { place: string; keeps: boolean }): Error {
  if (error instanceof FrameworkError || SetupError.is(error)) return error
  const cause = withoutArguments(error)
  const { message: said } = cause
  if (FULL.test(said))
    return keeps
      ? new StoreFullError(`Redis at ${place} has reached its maxmemory: raise it, or store less.`, { cause })
      : new RedisUnavailableError({
          message: `Redis at ${place} has reached its maxmemory and evicts nothing: set a maxmemory-policy such as allkeys-lru.`,
          cause,
        })
  const code = replyCode(cause)
  if (code === undefined || GONE.has(code) || isReadOnly(cause))
    return new RedisUnavailableError({ message: `Redis at ${place} is not available: ${said}`, cause })
  return new RedisCommandError({ message: `Redis at ${place} refused a command: ${said}`, cause })
}

/** Drivers put the command on the error, and servers what they did not understand into its text. */
function withoutArguments(error: unknown): Error {
  const { message, code, errors } = error as { message?: unknown; code?: unknown; errors?: unknown }
  const inner: unknown = Array.isArray(errors) ? errors[0] : undefined
  // Both addresses of localhost were tried: Node then says nothing itself.
  if ((message === undefined || message === '') && inner !== undefined) return withoutArguments(inner)
  const text = typeof message === 'string' && message !== '' ? message : 'the connection was lost'
  const clean = new Error(text.replace(/,? with args beginning with.*$/s, ''))
  return typeof code === 'string' ? Object.assign(clean, { code }) : clean
}
