import { checkOptions, callable, optionTable, toCallError } from '../errors/index.ts'
import { isMiddleware, type AnyMiddleware, type MiddlewareDescription } from './middleware-contract.ts'

/** What a fact of a route adds to its description. No errors: the types of the client would lack them. */
export interface MetaDescription extends Pick<
  MiddlewareDescription,
  'headers' | 'successHeaders' | 'requestHeaders' | 'responses'
> {
  /** Whether the OpenAPI document says that the route is not to be used any more. */
  readonly deprecated?: boolean | undefined
}

/** A fact of a route, as the option `meta` takes it; made by calling a {@link MetaKey}. */
export interface MetaEntry {
  readonly key: object
  readonly value: unknown
  /** What `use` of the key made of the value. */
  readonly middleware: AnyMiddleware | undefined
}

/** Names a fact of routes and carries the type of its value. Called with a value, it gives the entry for `meta`. */
export interface MetaKey<T> {
  (value: T): MetaEntry
  /** Shown in messages. */
  readonly label: string
  readonly '~describe': ((value: never) => MetaDescription) | undefined
}

/** Options of {@link metaKey}. */
export interface MetaKeyOptions<T> {
  /** What a value adds to the description of its route: headers, statuses, whether it is deprecated. Called at start. */
  readonly describe?: ((value: T) => MetaDescription) | undefined
  /**
   * Makes the middleware that does what a value says, for all routes that carry it. Called where the value is written. It adds
   * nothing to the context, and is not an access rule.
   */
  readonly use?: ((value: T) => AnyMiddleware) | undefined
}

const META_KEY_OPTIONS = optionTable<MetaKeyOptions<unknown>>({
  describe: callable('What a value adds to the description of its route.', '(value) => description'),
  use: callable('Makes the middleware that does what a value says.', '(value) => middleware'),
})

const kMetaKey = Symbol.for('keelson.metaKey')

/**
 * Makes a key for facts that routes and routers carry in `meta`, for middleware that asks in its `for`. Compared by
 * identity: two keys of one name are two.
 *
 * @param label - shown in messages
 * @throws {SetupError} `ERR_CORE_OPTION`; from the key, when `use` does not give a middleware, or one that adds something
 * @example
 * const cost = metaKey<number>('cost', { describe: (value) => ({ headers: { 'x-cost': `Always ${value}.` } }) })
 * const search = route.get('/search', { access: 'public', meta: [cost(5)] }, () => [])
 */
export function metaKey<T>(label: string, options: MetaKeyOptions<T> = {}): MetaKey<T> {
  checkOptions(META_KEY_OPTIONS, options, { name: `metaKey('${label}')`, below: metaKey })
  const { describe, use } = options
  const key = (value: T): MetaEntry =>
    Object.freeze({ key, value, middleware: use && checked(use(value), label), [kMetaKey]: true })
  return Object.freeze(
    Object.assign(key, { label, '~describe': describe, [kMetaKey]: true }),
  ) as unknown as MetaKey<T>
}

/** A middleware whose additions no type would know is refused. */
function checked(made: unknown, label: string): AnyMiddleware {
  if (isMiddleware(made) && made.adds.length === 0 && made.stage !== 'authorize') return made
  throw toCallError(`metaKey('${label}')`, [
    {
      code: 'ERR_CORE_OPTION',
      place: `metaKey('${label}')`,
      message: 'Its use does not give a middleware that adds nothing and is not an access rule.',
      remedy: 'Give middleware({ name, stage, … }) without adds.',
    },
  ])
}

/** Whether a value is an entry that a key made. */
export function isMetaEntry(value: unknown): value is MetaEntry {
  return typeof value === 'object' && value !== null && kMetaKey in value
}

/** Whether a value is a key itself. */
export function isMetaKey(value: unknown): value is MetaKey<unknown> {
  return typeof value === 'function' && kMetaKey in value
}
