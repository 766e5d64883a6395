import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { ArgumentError, type Clock } from '@keelson/core'
import {
  checkOptions,
  either,
  integer,
  listOf,
  ofKind,
  oneOf,
  optionTable,
  text,
  withDefaults,
  type WithDefaults,
} from '@keelson/core/options'
import { systemClock } from '@keelson/core/ports'
import { failBy, ISSUER_FAILURES, type IssuerFailure } from './issuer-failure.ts'
import { claimsOf, type LocalTokenClaims } from './local-claims.ts'
import {
  LOCAL_ISSUER_ALGORITHMS,
  newSigningKey,
  signToken,
  type LocalIssuerAlgorithm,
  type SigningKey,
} from './signing-key.ts'

/** Options of {@link localIssuer}. */
export interface LocalIssuerOptions {
  /** For whom tokens are, where their claims do not say: the `audience` of the scheme. Default `test`. */
  readonly audience?: string | readonly string[] | undefined
  /** What it signs by. Default `ES256`. */
  readonly algorithm?: LocalIssuerAlgorithm | undefined
  /** By which tokens begin and end; that of the app, where a test sets it. Default: the time of the system. */
  readonly clock?: Pick<Clock, 'now'> | undefined
  /** Path of the issuer, as of one of several tenants: `/realms/shop`. Default `''`. */
  readonly path?: string | undefined
  /** Port on 127.0.0.1. Default `0`: one that is free. */
  readonly port?: number | undefined
}

/** An issuer of tokens on loopback. */
export interface LocalIssuer extends AsyncDisposable {
  /** The `issuer` of `bearer`, which needs `allowInsecureIssuer: true` for it. */
  readonly url: string
  /** Keys that it publishes, the newest first. */
  keys: readonly object[]
  /** What is wrong with it. Set it to `undefined`, and it answers again. */
  failure: IssuerFailure | undefined
  /** Answers instead, for what no `failure` does; `true` when it did. */
  intercept: ((request: IncomingMessage, response: ServerResponse) => boolean) | undefined
  /** Paths that it was asked for, in order. */
  readonly requests: readonly string[]
  /**
   * A token by its newest key, good for an hour: an access token as RFC 9068 has it.
   *
   * @param claims - `sub` and others; `scopes` become `scope`, and what is `undefined` is omitted
   * @param head - members of the head beside `alg`, `typ` and `kid`, or in the place of the latter two
   */
  token(claims?: LocalTokenClaims, head?: Readonly<Record<string, unknown>>): Promise<string>
  /**
   * Signs by a new key from now on. Keys of before stay published, so that their tokens are good until they end.
   *
   * @param options.withdraw - whether keys of before are no longer published, as after one was lost
   */
  rotate(options?: { readonly withdraw?: boolean | undefined }): void
}

const AUDIENCE = text('For whom tokens are.', { minLength: 1 })
const LOCAL_ISSUER_OPTIONS = optionTable<LocalIssuerOptions>({
  audience: { ...either(AUDIENCE, listOf(AUDIENCE)), default: 'test' },
  algorithm: oneOf(LOCAL_ISSUER_ALGORITHMS, 'What it signs by.', { default: 'ES256' }),
  clock: ofKind(
    { what: 'a clock', test: (value) => typeof (value as Partial<Clock> | null)?.now === 'function' },
    'By which tokens begin and end.',
  ),
  path: text('Path of the issuer.', {
    pattern: '^(?:/[^/?#\\s]+)*$',
    what: "a path like '/realms/shop'",
    default: '',
  }),
  port: integer('Port on 127.0.0.1.', { minimum: 0, maximum: 65_535, default: 0 }),
})

/**
 * Starts an issuer of tokens for tests, on a socket of its own: metadata (OpenID Connect Discovery 1.0), keys (RFC 7517), and tokens of any
 * claims. An app verifies them as those of its identity provider, and meets what goes wrong with one.
 *
 * @throws {SetupError} `ERR_CORE_OPTION`; rejects where the port is in use
 * @example
 * await using issuer = await localIssuer({ audience: 'orders' })
 * const tokens = bearer({ issuer: issuer.url, allowInsecureIssuer: true, audience: 'orders', user: ({ sub }) => ({ id: sub }) })
 * const me = route.use(tokens).get('/me', { access: signedIn() }, ({ user }) => user.id)
 * const app = createApp({ routes: { me }, mode: 'test', log: false })
 * const authorization = `Bearer ${await issuer.token({ sub: 'ada' })}`
 * const answer = await app.fetch(new Request('http://app.test/me', { headers: { authorization } }))
 * answer.status // => 200
 * await app.stop()
 */
export async function localIssuer(options: LocalIssuerOptions = {}): Promise<LocalIssuer> {
  checkOptions(LOCAL_ISSUER_OPTIONS, options, { name: 'localIssuer', below: localIssuer as never })
  const {
    audience,
    algorithm,
    clock = systemClock,
    path,
    port,
  } = withDefaults<WithDefaults<LocalIssuerOptions, 'audience' | 'algorithm' | 'path' | 'port'>>(
    LOCAL_ISSUER_OPTIONS,
    options,
  )
  const server = createServer()
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, '127.0.0.1', resolve)
  })
  return new ServedIssuer(server, { audience, algorithm, clock, path })
}

class ServedIssuer implements LocalIssuer {
  readonly url: string
  readonly requests: string[] = []
  keys: readonly object[]
  intercept: LocalIssuer['intercept']
  readonly #server: Server
  readonly #options: Required<Omit<LocalIssuerOptions, 'port'>>
  /** Answers that wait for the end of `slow`. */
  readonly #held = new Set<() => void>()
  #key: SigningKey
  #failure: IssuerFailure | undefined

  constructor(server: Server, options: Required<Omit<LocalIssuerOptions, 'port'>>) {
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}${options.path}`
    this.#server = server
    this.#options = options
    this.#key = newSigningKey(options.algorithm!)
    this.keys = [this.#key.jwk]
    server.on('request', (request: IncomingMessage, response: ServerResponse) => {
      this.requests.push(request.url ?? '')
      this.#answer(request, response)
    })
  }

  get failure(): IssuerFailure | undefined {
    return this.#failure
  }

  set failure(failure: IssuerFailure | undefined) {
    if (failure !== undefined && !ISSUER_FAILURES.includes(failure))
      throw new ArgumentError(
        `localIssuer: ${JSON.stringify(failure)} is not a failure. Use one of ${ISSUER_FAILURES.join(', ')}, or undefined.`,
      )
    this.#failure = failure
    const held = [...this.#held]
    this.#held.clear()
    for (const go of held) go()
  }

  token(claims: LocalTokenClaims = {}, head: Readonly<Record<string, unknown>> = {}): Promise<string> {
    const { audience, clock } = this.#options
    const context = { issuer: this.url, audience: audience!, now: clock!.now() }
    return signToken(this.#key, claimsOf(claims, context), head)
  }

  rotate({ withdraw = false }: { readonly withdraw?: boolean | undefined } = {}): void {
    this.#key = newSigningKey(this.#options.algorithm!)
    this.keys = [this.#key.jwk, ...(withdraw ? [] : this.keys)]
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = new Promise<unknown>((resolve) => this.#server.close(resolve))
    this.#server.closeAllConnections()
    await closed
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    if (this.intercept?.(request, response) === true) return
    if (this.#failure === 'slow') this.#held.add(() => this.#answer(request, response))
    else if (this.#failure !== undefined) failBy(this.#failure, response)
    else sendJson(response, this.#documents()[request.url ?? ''])
  }

  /** By path. */
  #documents(): Readonly<Record<string, object>> {
    const { path } = this.#options
    const metadata = {
      issuer: this.url,
      jwks_uri: `${this.url}/jwks`,
      // What OpenID Connect Discovery 1.0 §3 asks for besides.
      response_types_supported: ['code'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: LOCAL_ISSUER_ALGORITHMS,
    }
    return { [`${path}/.well-known/openid-configuration`]: metadata, [`${path}/jwks`]: { keys: this.keys } }
  }
}

function sendJson(response: ServerResponse, document: object | undefined): void {
  response.writeHead(document === undefined ? 404 : 200, { 'content-type': 'application/json' })
  response.end(JSON.stringify(document ?? {}))
}
