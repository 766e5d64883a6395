import { Secret } from '@keelson/core'
import { callable, either, integer, ofKind, text, type OptionSchema } from '@keelson/core/options'
import { parseDatabaseUrl, problem, type ServerAddress, type UrlRules } from './database-url.ts'
import { TLS_OPTION, type DatabaseTlsOptions } from './tls-options.ts'

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
  /**
   * Encrypts, and checks the certificate of the server and its name. Default: what `sslmode` of the URL says, on MySQL and MariaDB
   * `ssl-mode`, where `require` and `required` check as `verify-full` and `verify_identity` do; without it, false.
   */
  readonly tls?: boolean | DatabaseTlsOptions | undefined
  /** What the server shows for the connections. Default `keelson`. */
  readonly applicationName?: string | undefined
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
  tls: TLS_OPTION,
  applicationName: text('What the server shows for the connections.', { default: 'keelson' }),
} as const satisfies Readonly<Record<keyof ServerOptions, OptionSchema>>

/** What a URL says of TLS: an option of it, and whether each of its values encrypts. The first is the default. */
export interface TlsRules {
  readonly option: string
  readonly modes: Readonly<Record<string, boolean>>
  readonly ignoresCase?: boolean
}

/** What the URL of an adapter may say. */
export interface ServerRules extends UrlRules {
  readonly tls: TlsRules
}

/** A server and what logs in there. */
export interface ServerLogin {
  /** Without the password. */
  readonly address: ServerAddress
  readonly password: () => string | Promise<string>
  readonly tls: boolean | DatabaseTlsOptions
  readonly applicationName: string
}

/**
 * Joins what a URL says with the options.
 *
 * @throws {SetupError} `ERR_CORE_OPTION`
 */
export function serverLogin(
  url: string | Secret | undefined,
  options: ServerOptions,
  rules: ServerRules,
): ServerLogin {
  const fromUrl = url === undefined ? undefined : parseDatabaseUrl(url, rules)
  const said = { ...NOTHING, port: rules.defaultPort, ...fromUrl, ...given(options), password: undefined }
  const address: ServerAddress = { ...said, host: said.host || NOTHING.host }
  checkNames(address, rules)
  return {
    address,
    password: passwordOf(options.password, fromUrl?.password),
    tls: options.tls ?? tlsOf(address, rules),
    applicationName: options.applicationName ?? address.options.get('application_name') ?? 'keelson',
  }
}

function tlsOf({ options }: ServerAddress, rules: ServerRules): boolean {
  const { option, modes, ignoresCase = false } = rules.tls
  const names = Object.keys(modes)
  const mode = options.get(option) ?? (names[0] as string)
  const tls = modes[ignoresCase ? mode.toLowerCase() : mode]
  if (tls !== undefined) return tls
  throw problem(
    rules,
    `The URL of the database has the invalid ${option} ${mode}.`,
    `Write ${names.join(', ')}; one that may go on without TLS is not supported.`,
  )
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
