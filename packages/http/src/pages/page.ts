import {
  t,
  type TArray,
  type TInteger,
  type TObject,
  type TOptional,
  type TSchema,
  type TString,
} from '@keelson/core'
import { checkOptions, integer, optionTable } from '@keelson/core/options'

/** Options of {@link page} and `offsetPage`. */
export interface PageOptions {
  /** Items of a page where the client does not say how many. Default 20, or `maxLimit` if that is less. */
  readonly defaultLimit?: number | undefined
  /** Most items of a page: who asks for more is refused. Default 100. */
  readonly maxLimit?: number | undefined
}

export const PAGE_OPTIONS = optionTable<PageOptions>({
  defaultLimit: integer('Items of a page where the client does not say how many.', { minimum: 1 }),
  maxLimit: integer('Most items of a page.', { minimum: 1 }),
})

/**
 * Longest cursor that is read, characters: the longest key of an index, 3,072 bytes, has 4,096 of them in base64url. A request target has
 * 8,192 bytes, from which the rest of it keeps room.
 */
const MAX_CURSOR = 6144

/**
 * Schema of the query of a list in pages by cursor: `limit`, and `after` or `before`, one at most. It fits `PageQuery` of
 * `@keelson/core/conditions`, which repositories take.
 *
 * @throws {SetupError} `ERR_CORE_OPTION`
 * @example
 * const list = route.get('/orders', { query: page({ maxLimit: 50 }), access: 'public' }, ({ query }) => query.limit)
 */
export function page(options: PageOptions = {}): TObject<{
  limit: TInteger
  after: TOptional<TString>
  before: TOptional<TString>
}> {
  checkOptions(PAGE_OPTIONS, options, { name: 'page', below: page })
  return t.Object(
    {
      limit: limitOf(options),
      after: t.Optional(cursor('`next` of a page: the items behind it.')),
      before: t.Optional(cursor('`previous` of a page: the items before it.')),
    },
    { not: t.Unsafe({ required: ['after', 'before'] }) },
  )
}

function cursor(description: string): TString {
  return t.String({ minLength: 1, maxLength: MAX_CURSOR, description })
}

/** Schema of `limit`, with its default. */
export function limitOf({ maxLimit = 100, defaultLimit = Math.min(20, maxLimit) }: PageOptions): TInteger {
  return t.Integer({
    minimum: 1,
    maximum: maxLimit,
    default: defaultLimit,
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
