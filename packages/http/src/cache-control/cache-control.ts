import { middleware, SetupError, type Middleware } from '@keelson/core'
import { checkOptions, flag, integer, optionTable } from '@keelson/core/options'

/** The directives of `cache-control` in a response (RFC 9111 §5.2.2, RFC 5861, RFC 8246). Times are whole seconds. */
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
  readonly maxAge?: number | undefined
  /** How long it is fresh in a shared cache, s. */
  readonly sMaxAge?: number | undefined
  /** Once stale it may not be used without asking. */
  readonly mustRevalidate?: boolean | undefined
  /** As `mustRevalidate`, for shared caches. */
  readonly proxyRevalidate?: boolean | undefined
  /** A cache that does not know the status must not store it. */
  readonly mustUnderstand?: boolean | undefined
  /** It does not change while it is fresh: nobody asks for it again on reload. */
  readonly immutable?: boolean | undefined
  /** How long a stale one may be used while a fresh one is fetched, s. */
  readonly staleWhileRevalidate?: number | undefined
  /** How long a stale one may be used where a fresh one is not available, s. */
  readonly staleIfError?: number | undefined
}

const CACHE_CONTROL_OPTIONS = optionTable<CacheControlOptions>({
  public: flag('Any cache may store it.'),
  private: flag('The cache of one user alone may store it.'),
  noStore: flag('Nothing may store it.'),
  noCache: flag('Asked for again before each use.'),
  noTransform: flag('No proxy may change its content.'),
  maxAge: integer('How long it is fresh, s.'),
  sMaxAge: integer('How long it is fresh in a shared cache, s.'),
  mustRevalidate: flag('Once stale it may not be used without asking.'),
  proxyRevalidate: flag('As mustRevalidate, for shared caches.'),
  mustUnderstand: flag('A cache that does not know the status must not store it.'),
  immutable: flag('It does not change while it is fresh.'),
  staleWhileRevalidate: integer('How long a stale one may be used while a fresh one is fetched, s.'),
  staleIfError: integer('How long a stale one may be used where a fresh one is not available, s.'),
})

const DIRECTIVES = Object.keys(CACHE_CONTROL_OPTIONS.properties) as (keyof CacheControlOptions)[]

/** Directives that say opposite things of one answer. */
const OPPOSITES = [
  ['public', 'private'],
  ['private', 'sMaxAge'],
  ...DIRECTIVES.filter((name) => name !== 'noStore' && name !== 'mustUnderstand').map(
    (name) => ['noStore', name] as const,
  ),
] as const satisfies readonly (readonly [keyof CacheControlOptions, keyof CacheControlOptions])[]

/**
 * The value of `cache-control` (RFC 9111 §5.2.2).
 *
 * @throws {SetupError} `ERR_CORE_OPTION` for an unknown directive, two that contradict each other, or none
 * @example
 * toCacheControl({ public: true, maxAge: 60, staleIfError: 3600 }) // => 'public, max-age=60, stale-if-error=3600'
 */
export function toCacheControl(options: CacheControlOptions): string {
  return read(options, { name: 'toCacheControl', below: toCacheControl })
}

/**
 * Says in every answer of its routes what caches may do with it. Errors, and answers that bring a `cache-control` of their own, keep
 * what they have.
 *
 * @throws {SetupError} `ERR_CORE_OPTION` as {@link toCacheControl}
 * @example
 * const rates = route.get('/rates', { access: 'public', use: [cacheControl({ public: true, maxAge: 60 })] }, () => [1.5])
 */
export function cacheControl(options: CacheControlOptions): Middleware {
  const value = read(options, { name: 'cacheControl', below: cacheControl })
  return middleware({
    name: 'cacheControl',
    stage: 'respond',
    kinds: ['http'],
    transform: (_ctx, outcome) => {
      if (outcome.status < 400 && !outcome.headers.has('cache-control'))
        outcome.headers.set('cache-control', value)
      return outcome
    },
    describe: { headers: { 'cache-control': `What caches may do with it: \`${value}\`.` } },
  })
}

function read(options: CacheControlOptions, place: Parameters<typeof checkOptions>[2]): string {
  checkOptions(CACHE_CONTROL_OPTIONS, options, place)
  const said = DIRECTIVES.filter((name) => options[name] !== undefined && options[name] !== false)
  const wrong = said.length === 0 ? 'No directive is given.' : contradictionOf(said)
  if (wrong !== undefined)
    throw new SetupError([
      {
        code: 'ERR_CORE_OPTION',
        place: place.name,
        message: wrong,
        remedy: 'Give directives that go together.',
      },
    ])
  return said.map((name) => toDirective(name, options[name])).join(', ')
}

function contradictionOf(said: readonly (keyof CacheControlOptions)[]): string | undefined {
  const pair = OPPOSITES.find(([one, other]) => said.includes(one) && said.includes(other))
  return pair && `${pair[0]} and ${pair[1]} contradict each other.`
}

/** `sMaxAge`, 60 → `s-maxage=60`. */
function toDirective(name: keyof CacheControlOptions, value: unknown): string {
  const dashed = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
  const directive = dashed === 's-max-age' ? 's-maxage' : dashed
  return value === true ? directive : `${directive}=${String(value)}`
}
