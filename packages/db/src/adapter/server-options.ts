import { Secret } from '@keelson/core'
import { callable, either, integer, ofKind, text, type OptionSchema } from '@keelson/core/options'
import { parseDatabaseUrl, problem, type ServerAddress, type UrlRules } from './database-url.ts'

/** Where a server is, and who asks. These options stand before what the URL says. */
export interface ServerOptions {
  /** Name or address, or the path of a Unix socket. Default 127.0.0.1. */
  readonly host?: string | undefined
  /** Default: that of the system, 5432 or 3306. */
  readonly port?: number | undefined
  readonly user?: string | undefined
  /** A function is called for each connection, for tokens that expire. */
  readonly password?: string | Secret | (() => string | Promise<string>) | undefined
  readonly database?: string | undefined
}

/** Entries of the option table of an adapter. */
export const SERVER_OPTIONS = {
  host: text('Name or address, or the path of a Unix socket.', { minLength: 1, default: '127.0.0.1' }),
  port: integer('Port.', { minimum: 1, maximum: 65_535 }),
  user: text('Name of the user.', { minLength: 1 }),
  password: either(
    text('Password, or a function that gives it for each connection.'),
    ofKind({ what: 'a Secret', test: (value) => Secret.is(value) }, 'Password.'),
    callable('Gives the password.'),
  ),
  database: text('Name of the database.', { minLength: 1 }),
} as const satisfies Readonly<Record<keyof ServerOptions, OptionSchema>>

/** A server and what logs in there. */
export interface ServerLogin {
  /** Without the password. */
  readonly address: ServerAddress
  readonly password: () => string | Promise<string>
}

/**
 * Joins what a URL says with the options.
 *
 * @throws {SetupError} `ERR_CORE_OPTION`
 */
export function serverLogin(
  url: string | Secret | undefined,
  options: ServerOptions,
  rules: UrlRules,
): ServerLogin {
  const fromUrl = url === undefined ? undefined : parseDatabaseUrl(url, rules)
  const said = { ...NOTHING, port: rules.defaultPort, ...fromUrl, ...given(options), password: undefined }
  const address: ServerAddress = { ...said, host: said.host || NOTHING.host }
  checkNames(address, rules)
  return { address, password: passwordOf(options.password, fromUrl?.password) }
}

const NOTHING = { host: '127.0.0.1', user: '', database: '', options: new Map<string, string>() }

/** Options that are undefined are not given. */
function given({ host, port, user, database }: ServerOptions): Partial<ServerAddress> {
  return {
    ...(host === undefined ? {} : { host }),
    ...(port === undefined ? {} : { port }),
    ...(user === undefined ? {} : { user }),
    ...(database === undefined ? {} : { database }),
  }
}

function checkNames({ user, database }: ServerAddress, rules: UrlRules): void {
  for (const [name, value] of Object.entries({ user, database }))
    if (value === '')
      throw problem(rules, `The ${name} is missing.`, `Write ${rules.example}, or give ${name} as an option.`)
}

function passwordOf(option: ServerOptions['password'], fromUrl: string | undefined): ServerLogin['password'] {
  if (typeof option === 'function') return option
  if (Secret.is(option)) return () => String(option.reveal())
  return () => option ?? fromUrl ?? ''
}
