import { Secret, SetupError } from '@keelson/core'

/** A server, and the database on it. */
export interface ServerAddress {
  readonly host: string
  readonly port: number
  readonly user: string
  readonly password: string | undefined
  readonly database: string
  /** What follows the question mark. */
  readonly options: ReadonlyMap<string, string>
}

/** What URLs of a system look like. */
export interface UrlRules {
  /** The function that takes the URL, for messages: `postgres`. */
  readonly adapter: string
  readonly protocols: readonly string[]
  readonly defaultPort: number
  /** A URL to copy: `postgres://user:password@127.0.0.1:5432/shop`. */
  readonly example: string
  /** Names of options that it may have. */
  readonly options: readonly string[]
}

/**
 * Reads the URL of a database. No message holds the URL: it may have a password.
 *
 * @throws {SetupError} `ERR_CORE_OPTION`
 */
export function parseDatabaseUrl(url: string | Secret, rules: UrlRules): ServerAddress {
  const text: unknown = Secret.is(url) ? url.reveal() : url
  // As of a variable of the environment that is not set.
  if (typeof text !== 'string' || text === '')
    throw problem(
      rules,
      `It is given ${text === '' ? 'an empty text' : `a value of the type ${typeof text}`} and not the URL of the database.`,
      `Set the variable that it reads, or write ${rules.example}`,
    )
  const parsed = URL.canParse(text) ? new URL(text) : undefined
  if (parsed === undefined)
    throw problem(rules, 'The URL of the database is not a URL.', `Write ${rules.example}`)
  if (!rules.protocols.includes(parsed.protocol.slice(0, -1)))
    throw problem(
      rules,
      `The URL of the database begins with ${parsed.protocol}//.`,
      `Write ${rules.example}`,
    )
  const options = readOptions(parsed, rules)
  return {
    host: options.get('host') ?? decode(parsed.hostname.replace(/^\[(.*)\]$/, '$1'), rules),
    port: parsed.port === '' ? rules.defaultPort : Number(parsed.port),
    user: decode(parsed.username, rules),
    password: parsed.password === '' ? undefined : decode(parsed.password, rules),
    database: decode(parsed.pathname.replace(/^\//, ''), rules),
    options,
  }
}

function readOptions({ searchParams }: URL, rules: UrlRules): Map<string, string> {
  const unknown = [...searchParams.keys()].find((name) => !rules.options.includes(name))
  if (unknown !== undefined)
    throw problem(
      rules,
      `The URL of the database has the unknown option ${unknown}.`,
      `A URL takes ${rules.options.join(', ')}; give others as options of ${rules.adapter}().`,
    )
  return new Map(searchParams)
}

function decode(text: string, rules: UrlRules): string {
  try {
    return decodeURIComponent(text)
  } catch {
    throw problem(rules, 'The URL of the database has an invalid % escape.', 'Write % as %25 in a password.')
  }
}

/** A problem of what an adapter was given. */
export function problem({ adapter }: Pick<UrlRules, 'adapter'>, message: string, remedy: string): SetupError {
  return new SetupError([{ code: 'ERR_CORE_OPTION', place: `${adapter}()`, message, remedy }])
}

/** A place for messages, in the shape of a URL without password. */
export function placeOf(scheme: string, { host, port, user, database }: ServerAddress): string {
  const name = host.includes(':') ? `[${host}]` : host
  return `${scheme}://${user}@${name}:${port}/${database}`
}

/** Host and database, `db.internal/shop`, of a server that is not of this machine; undefined for loopback and sockets. */
export function remoteOf({ host, database }: Pick<ServerAddress, 'host' | 'database'>): string | undefined {
  return LOCAL.test(host) ? undefined : `${host}/${database}`
}

const LOCAL = /^(?:(?:.+\.)?localhost\.?|127(?:\.\d{1,3}){3}|(?:0{0,4}:){2,7}0{0,3}1|\/.*|)$/i
