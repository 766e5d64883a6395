import {
  t,
  type TArray,
  type TInteger,
  type TObject,
  type TOptional,
  type TProperties,
  type TSchema,
  type TString,
  type WithDefault,
} from '@keelson/core'
import {
  checkOptions,
  integer,
  optionTable,
  refuseCall,
  withDefaults,
  type WithDefaults,
} from '@keelson/core/options'

/** Options of {@link page} and `offsetPage`. */
export interface PageOptions {
  /** Items of a page where the client does not say how many. Default 20, or `maxLimit` if that is less. */
  readonly defaultLimit?: number | undefined
  /** Most items of a page: who asks for more is refused. Default 100. */
  readonly maxLimit?: number | undefined
}

export const PAGE_OPTIONS = optionTable<PageOptions>({
  defaultLimit: integer('Items of a page where the client does not say how many.', {
    minimum: 1,
    default: 20,
  }),
  maxLimit: integer('Most items of a page.', { minimum: 1, default: 100 }),
})

/**
 * Longest cursor that is read, characters: the longest key of an index, 3,072 bytes, has 4,096 of them in base64url. A request target has
 * 8,192 bytes, from which the rest of it keeps room.
 */
const MAX_CURSOR = 6144

/** Properties of the query of a page. A client may omit all of them. */
export type PageProperties = {
  limit: WithDefault<TInteger>
  after: TOptional<TString>
  before: TOptional<TString>
}

/** The query of a page, with what else a list may be asked by. */
export interface PageQuerySchema<P extends TProperties> extends TObject<P> {
  /**
   * The schema with these properties besides: filters and orders.
   *
   * @throws {SetupError} `ERR_CORE_OPTION` for a name that a page has already
   */
  extend<F extends TProperties>(filters: F): PageQuerySchema<P & F>
}

/**
 * Schema of the query of a list in pages by cursor: `limit`, and `after` or `before`, one at most. It fits `PageQuery` of
 * `@keelson/core/conditions`, which repositories take. `extend` adds filters.
 *
 * @throws {SetupError} `ERR_CORE_OPTION`
 * @example
 * const query = page({ maxLimit: 50 }).extend({ status: t.Optional(t.String()) })
 * const list = route.get('/orders', { query, access: 'public' }, ({ query: { limit, status } }) => ({ limit, status }))
 */
export function page(options: PageOptions = {}): PageQuerySchema<PageProperties> {
  checkOptions(PAGE_OPTIONS, options, { name: 'page', below: page })
  return withFilters({
    limit: limitOf(options),
    after: t.Optional(cursor('`next` of a page: the items behind it.')),
    before: t.Optional(cursor('`previous` of a page: the items before it.')),
  })
}

function withFilters<P extends TProperties>(properties: P): PageQuerySchema<P> {
  const schema = t.Object(properties, { not: t.Unsafe({ required: ['after', 'before'] }) })
  const extend = (filters: TProperties): PageQuerySchema<TProperties> => {
    const taken = Object.keys(filters).find((name) => Object.hasOwn(properties, name))
    refuseCall(
      taken === undefined
        ? []
        : [{ message: `The page has '${taken}' already.`, remedy: 'Give the filter another name.' }],
      { name: 'extend', below: extend },
    )
    return withFilters({ ...properties, ...filters })
  }
  // Not enumerable: a schema is data, and documents copy it.
  return Object.defineProperty(schema, 'extend', { value: extend }) as unknown as PageQuerySchema<P>
}

function cursor(description: string): TString {
  return t.String({ minLength: 1, maxLength: MAX_CURSOR, description })
}

/** Schema of `limit`, with its default. */
export function limitOf(options: PageOptions): WithDefault<TInteger> {
  const { maxLimit, defaultLimit } = withDefaults<WithDefaults<PageOptions>>(PAGE_OPTIONS, options)
  return t.Integer({
    minimum: 1,
    maximum: maxLimit,
    default: options.defaultLimit ?? Math.min(defaultLimit, maxLimit),
    description: 'Items of a page at most.',
  })
}

/**
 * Schema of a page of items: `items`, and the cursors `next` and `previous` where there are more.
 *
 * @example
 * const Order = t.Object({ id: t.Integer() })
 * const list = route.get('/orders', { query: page(), response: pageOf(Order), access: 'public' }, () => ({ items: [{ id: 1 }] }))
 */
export function pageOf<T extends TSchema>(
  item: T,
): TObject<{
  items: TArray<T>
  next: TOptional<TString>
  previous: TOptional<TString>
}> {
  return t.Object({
    items: t.Array(item),
    next: t.Optional(t.String({ description: 'Send it as `after` for the items behind these.' })),
    previous: t.Optional(t.String({ description: 'Send it as `before` for the items before these.' })),
  })
}
