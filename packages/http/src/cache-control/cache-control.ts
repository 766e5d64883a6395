import { middleware, type AppFacts, type BaseContext, type Middleware } from '@keelson/core'
import { checkOptions, flag, integer, optionTable, refuseCall } from '@keelson/core/options'

/** The directives of `cache-control` in a response (RFC 9111 §5.2.2, RFC 5861, RFC 8246). */
export interface CacheControlOptions {
  /** May any cache store it, also where the request has `authorization`. Not with `private`. */
  readonly public?: boolean | undefined
  /** The cache of one user alone may store it. */
  readonly private?: boolean | undefined
  /** Nothing may store it. Not with any other directive. */
  readonly noStore?: boolean | undefined
  /** Stored, but asked for again before each use. */
  readonly noCache?: boolean | undefined
  /** No proxy may change its content. */
  readonly noTransform?: boolean | undefined
  /** How long it is fresh, s. */
  readonly maxAgeSeconds?: number | undefined
  /** How long it is fresh in a shared cache, s. */
  readonly sMaxAgeSeconds?: number | undefined
  /** Once stale it may not be used without asking. */
  readonly mustRevalidate?: boolean | undefined
  /** As `mustRevalidate`, for shared caches. */
  readonly proxyRevalidate?: boolean | undefined
  /** A cache that does not know the status must not store it. */
  readonly mustUnderstand?: boolean | undefined
  /** It does not change while it is fresh: nobody asks for it again on reload. */
  readonly immutable?: boolean | undefined
  /** How long a stale one may be used while a fresh one is fetched, s. */
  readonly staleWhileRevalidateSeconds?: number | undefined
  /** How long a stale one may be used where a fresh one is not available, s. */
  readonly staleIfErrorSeconds?: number | undefined
}

const CACHE_CONTROL_OPTIONS = optionTable<CacheControlOptions>({
  public: flag('Any cache may store it.'),
  private: flag('The cache of one user alone may store it.'),
  noStore: flag('Nothing may store it.'),
  noCache: flag('Asked for again before each use.'),
  noTransform: flag('No proxy may change its content.'),
  maxAgeSeconds: integer('How long it is fresh, s.'),
  sMaxAgeSeconds: integer('How long it is fresh in a shared cache, s.'),
  mustRevalidate: flag('Once stale it may not be used without asking.'),
  proxyRevalidate: flag('As mustRevalidate, for shared caches.'),
  mustUnderstand: flag('A cache that does not know the status must not store it.'),
  immutable: flag('It does not change while it is fresh.'),
  staleWhileRevalidateSeconds: integer('How long a stale one may be used while a fresh one is fetched, s.'),
  staleIfErrorSeconds: integer('How long a stale one may be used where a fresh one is not available, s.'),
})

const DIRECTIVES = Object.keys(CACHE_CONTROL_OPTIONS.properties) as (keyof CacheControlOptions)[]

/** Directives that say opposite things of one answer. */
const OPPOSITES = [
  ['public', 'private'],
  ['private', 'sMaxAgeSeconds'],
  ...DIRECTIVES.filter((name) => name !== 'noStore' && name !== 'mustUnderstand').map(
    (name) => ['noStore', name] as const,
  ),
] as const satisfies readonly (readonly [keyof CacheControlOptions, keyof CacheControlOptions])[]

/**
 * The value of `cache-control` (RFC 9111 §5.2.2).
 *
 * @throws {SetupError} `ERR_CORE_OPTION` for an unknown directive, two that contradict each other, or none
 * @example
 * toCacheControl({ public: true, maxAgeSeconds: 60, staleIfErrorSeconds: 3600 }) // => 'public, max-age=60, stale-if-error=3600'
 */
export function toCacheControl(options: CacheControlOptions): string {
  return read(options, { name: 'toCacheControl', below: toCacheControl })
}

/**
 * Says in every answer of its routes what caches may do with it. Errors, and answers that bring a `cache-control` of their own, keep
 * what they have. Of several that cover a route the nearest counts. An answer with `set-cookie` belongs to one caller, and RFC 9111 lets shared caches store it all the same (§7.3): it is
 * `private` instead, with the times that are said, and one warning in the log says so.
 *
 * @throws {SetupError} `ERR_CORE_OPTION` as {@link toCacheControl}
 * @example
 * const rates = route.get('/rates', { access: 'public', use: [cacheControl({ public: true, maxAgeSeconds: 60 })] }, () => [1.5])
 */
export function cacheControl(options: CacheControlOptions): Middleware {
  const value = read(options, { name: 'cacheControl', below: cacheControl })
  const forOne = toPrivate(options)
  return middleware({
    name: 'cacheControl',
    stage: 'respond',
    isSingle: true,
    kinds: ['http'],
    transform: (_ctx, outcome) => {
      if (outcome.status < 400 && !outcome.headers.has('cache-control'))
        outcome.headers.set('cache-control', value)
      return outcome
    },
    encode: (ctx, { headers }) => {
      if (forOne === value || !headers.has('set-cookie') || headers.get('cache-control') !== value) return
      headers.set('cache-control', forOne)
      tellOfCookie(ctx, value)
    },
    describe: { successHeaders: { 'cache-control': `What caches may do with it: \`${value}\`.` } },
  })
}

/** The same for the cache of one user alone; what nothing may store stays. */
function toPrivate(options: CacheControlOptions): string {
  const { public: _public, sMaxAgeSeconds: _shared, proxyRevalidate: _proxies, ...rest } = options
  return toText(options.noStore === true ? options : { ...rest, private: true })
}

/** Apps that have been told. */
const told = new WeakSet<AppFacts>()

function tellOfCookie({ app, log }: BaseContext, value: string): void {
  if (told.has(app)) return
  told.add(app)
  log.warn(
    `An answer that sets a cookie was made private, where its route says cacheControl '${value}': a shared cache would give the cookie of one caller to others. Say private: true, or set no cookie there.`,
  )
}

function read(options: CacheControlOptions, place: Parameters<typeof checkOptions>[2]): string {
  checkOptions(CACHE_CONTROL_OPTIONS, options, place)
  const said = saidIn(options)
  const wrong = said.length === 0 ? 'No directive is given.' : contradictionOf(said)
  if (wrong !== undefined)
    refuseCall([{ message: wrong, remedy: 'Give directives that go together.' }], place)
  return toText(options)
}

function saidIn(options: CacheControlOptions): (keyof CacheControlOptions)[] {
  return DIRECTIVES.filter((name) => options[name] !== undefined && options[name] !== false)
}

function toText(options: CacheControlOptions): string {
  return saidIn(options)
    .map((name) => toDirective(name, options[name]))
    .join(', ')
}

function contradictionOf(said: readonly (keyof CacheControlOptions)[]): string | undefined {
  const pair = OPPOSITES.find(([one, other]) => said.includes(one) && said.includes(other))
  return pair && `${pair[0]} and ${pair[1]} contradict each other.`
}

/** `sMaxAgeSeconds`, 60 → `s-maxage=60`: what the directive is called, and its unit in the name of the option. */
function toDirective(name: keyof CacheControlOptions, value: unknown): string {
  const dashed = name.replace(/Seconds$/, '').replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
  const directive = dashed === 's-max-age' ? 's-maxage' : dashed
  return value === true ? directive : `${directive}=${String(value)}`
}
