import { t, type TArray, type TInteger, type TObject, type TSchema, type WithDefault } from '@keelson/core'
import { checkOptions, integer, optionTable, withDefaults, type WithDefaults } from '@keelson/core/options'
import { limitOf, PAGE_OPTIONS, type PageOptions } from './page.ts'

/** Query of a list in pages by offset. */
export interface OffsetPageQuery {
  /** How many items at most. */
  readonly limit: number
  /** How many items of the list come before the page. */
  readonly offset: number
}

/** A page by offset. */
export interface OffsetPage<TItem> {
  readonly items: readonly TItem[]
  /** How many items the whole list has. */
  readonly total: number
}

/** Options of {@link offsetPage}. */
export interface OffsetPageOptions extends PageOptions {
  /** Largest offset: databases read and drop all items before it. Default 10,000. */
  readonly maxOffset?: number | undefined
}

const OFFSET_PAGE_OPTIONS = optionTable<OffsetPageOptions>({
  ...PAGE_OPTIONS.properties,
  maxOffset: integer('Largest offset.', { default: 10_000 }),
})

/**
 * Schema of the query of a list in pages by offset: `limit` and `offset`. Items that are added or removed meanwhile appear twice or
 * never, and a large offset is slow: prefer `page`, unless people must jump to a page by its number.
 *
 * @throws {SetupError} `ERR_CORE_OPTION`
 * @example
 * const list = route.get('/orders', { query: offsetPage(), access: 'public' }, ({ query }) => query.offset)
 */
export function offsetPage(options: OffsetPageOptions = {}): TObject<{
  limit: WithDefault<TInteger>
  offset: WithDefault<TInteger>
}> {
  checkOptions(OFFSET_PAGE_OPTIONS, options, { name: 'offsetPage', below: offsetPage })
  const { maxOffset } = withDefaults<WithDefaults<OffsetPageOptions>>(OFFSET_PAGE_OPTIONS, options)
  const description = 'How many items of the list come before the page.'
  return t.Object({
    limit: limitOf(options),
    offset: t.Integer({ minimum: 0, maximum: maxOffset, default: 0, description }),
  })
}

/**
 * Schema of a page by offset: `items`, and the `total` of the list.
 *
 * @example
 * const Order = t.Object({ id: t.Integer() })
 * const response = offsetPageOf(Order)
 */
export function offsetPageOf<T extends TSchema>(item: T): TObject<{ items: TArray<T>; total: TInteger }> {
  return t.Object({
    items: t.Array(item),
    total: t.Integer({ minimum: 0, description: 'How many items the whole list has.' }),
  })
}
