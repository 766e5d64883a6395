// The reads of a repository, with and without relations.
import type { Page } from '@keelson/core/conditions'
import { andThen, type MaybePromise } from '../adapter/index.ts'
import type { PublicFunction } from '../session/index.ts'
import type { ByIdReader } from './by-id.ts'
import { readPage, type AskedPage, type PageReadOptions } from './page.ts'
import { withRelations, type Relation } from './relations.ts'
import { readRows, selectionOf, selectRows, type ReadOptions } from './select.ts'
import type { TableAccess } from './table-access.ts'
import type { Row } from './table-sql.ts'

/** The reads, untyped: {@link Reads} types them. */
export interface AnyReads {
  byId(id: unknown): Promise<Row | undefined>
  find(options?: ReadOptions): Promise<readonly Row[]>
  first(options?: ReadOptions): Promise<Row | undefined>
  page(query: AskedPage, options?: PageReadOptions): Promise<Page<Row>>
}

/** How rows are read, and what becomes of them. */
export interface ReadWay {
  readonly access: TableAccess
  readonly byId: ByIdReader
  /** Joins relations, and omits what was read for the read alone; undefined: rows are given as they are read. */
  readonly finish: ((rows: readonly Row[]) => MaybePromise<readonly Row[]>) | undefined
}

/** The ways of the reads, which need other columns. */
export interface ReadWays {
  readonly rows: ReadWay
  readonly byKey: ReadWay
  /** Of a page, whose cursors have what it is ordered by. */
  page(orderBy: unknown): ReadWay
}

/** Whole rows, each with the relations. */
export function wholeRows(
  access: TableAccess,
  byId: ByIdReader,
  relations: readonly Relation[] = [],
): ReadWays {
  const finish =
    relations.length === 0
      ? undefined
      : (rows: readonly Row[]): MaybePromise<readonly Row[]> => withRelations(rows, relations, access)
  const rows = { access, byId, finish }
  return { rows, byKey: rows, page: () => rows }
}

/** Makes the reads of a table. */
export function readsOf({ rows, byKey, page: pageWay }: ReadWays): AnyReads {
  const { access } = rows
  const select = (options: ReadOptions, operation: string): MaybePromise<readonly Row[]> => {
    const found = readRows(access, operation, selectRows(selectionOf(options, access, operation), access.sql))
    return rows.finish === undefined ? found : andThen(found, rows.finish)
  }
  const { byId: byIdReader, finish: finishOne } = byKey
  const one = (row: Row | undefined): MaybePromise<Row | undefined> =>
    row === undefined || finishOne === undefined ? row : andThen(finishOne([row]), ([first]) => first)

  const byIdLabel = `${access.key}.byId`
  const byId: AnyReads['byId'] = (id) =>
    access.session.operation(byIdLabel, byId, () =>
      finishOne === undefined ? byIdReader.read(id) : andThen(byIdReader.read(id), one),
    )
  const find: AnyReads['find'] = (options = {}) =>
    operate({ access, name: 'find' }, find, () => select(options, 'find'))
  const first: AnyReads['first'] = (options = {}) =>
    operate({ access, name: 'first' }, first, () =>
      andThen(select({ ...options, limit: 1 }, 'first'), ([row]) => row),
    )
  const page: AnyReads['page'] = (query, options = {}) =>
    operate({ access, name: 'page' }, page, async () => {
      const way = pageWay(options.orderBy)
      const found = await readPage(query, options, way.access)
      return way.finish === undefined ? found : { ...found, items: await way.finish(found.items) }
    })
  return { byId, find, first, page }
}

/** A public operation of a repository. */
interface Operation {
  readonly access: TableAccess
  readonly name: string
}

/** Runs a public operation, known to the transaction around until it has settled. */
export function operate<T>(
  { access, name }: Operation,
  below: PublicFunction,
  work: () => MaybePromise<T>,
): Promise<T> {
  return access.session.operation(`${access.key}.${name}`, below, work)
}
