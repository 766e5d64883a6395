import { Secret, SetupError } from '@keelson/core'

/** What a URL says of a server. */
export interface RedisAddress {
  readonly host: string
  readonly port: number
  readonly username: string | undefined
  readonly password: string | undefined
  readonly database: number
  readonly isEncrypted: boolean
}

const EXAMPLE = 'redis://user:password@127.0.0.1:6379/0, or rediss:// with TLS'

/**
 * Reads the URL of a server. No message has the URL: it may have a password.
 *
 * @param place - who asks: `redis()`
 * @throws {SetupError} `ERR_CORE_OPTION`
 */
export function parseRedisUrl(url: string | Secret, place: string): RedisAddress {
  const parsed = toUrl(url, place)
  const { protocol, hostname, port, pathname, username, password } = parsed
  if (protocol !== 'redis:' && protocol !== 'rediss:')
    throw refuse(place, `The URL of Redis begins with ${protocol}//.`)
  if (parsed.search !== '' || parsed.hash !== '')
    throw refuse(
      place,
      'The URL of Redis has options, which it does not take.',
      'Pass a client with these settings instead of the URL.',
    )
  const database = pathname.replace(/^\//, '')
  if (!/^\d{0,5}$/.test(database))
    throw refuse(place, 'The path of the URL of Redis is not the number of a database.')
  return {
    host: decode(hostname.replace(/^\[(.*)\]$/, '$1'), place) ?? '127.0.0.1',
    port: port === '' ? 6379 : Number(port),
    username: decode(username, place),
    password: decode(password, place),
    database: Number(database),
    isEncrypted: protocol === 'rediss:',
  }
}

function toUrl(url: string | Secret, place: string): URL {
  const text: unknown = Secret.is(url) ? url.reveal() : url
  // As of a variable of the environment that is not set.
  if (typeof text !== 'string' || text === '')
    throw refuse(
      place,
      `It is given ${text === '' ? 'an empty text' : `a value of the type ${typeof text}`} and not the URL of Redis.`,
      `Set the variable that it reads, or write ${EXAMPLE}.`,
    )
  if (!URL.canParse(text)) throw refuse(place, 'The URL of Redis is not a URL.')
  return new URL(text)
}

function decode(part: string, place: string): string | undefined {
  try {
    return part === '' ? undefined : decodeURIComponent(part)
  } catch {
    throw refuse(place, 'The URL of Redis has an invalid % escape.', 'Write % as %25 in a password.')
  }
}

function refuse(place: string, message: string, remedy = `Write ${EXAMPLE}.`): SetupError {
  return new SetupError([{ code: 'ERR_CORE_OPTION', place, message, remedy }])
}

/** A place for messages, in the shape of a URL without password. */
export function placeOf({ host, port, username, database, isEncrypted }: RedisAddress): string {
  const name = host.includes(':') ? `[${host}]` : host
  const user = username === undefined ? '' : `${username}@`
  return `${isEncrypted ? 'rediss' : 'redis'}://${user}${name}:${port}/${database}`
}
