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

/** Makes the reads of a table; each row comes with the relations. */
export function readsOf(
  access: TableAccess,
  byIdReader: ByIdReader,
  relations: readonly Relation[],
): AnyReads {
  const joined = (rows: MaybePromise<readonly Row[]>): MaybePromise<readonly Row[]> =>
    relations.length === 0 ? rows : andThen(rows, (found) => withRelations(found, relations, access))
  const joinedOne = (row: Row | undefined): MaybePromise<Row | undefined> =>
    row === undefined || relations.length === 0 ? row : andThen(joined([row]), ([one]) => one)
  const select = (options: ReadOptions, operation: string): MaybePromise<readonly Row[]> =>
    readRows(access, operation, selectRows(selectionOf(options, access, operation), access.sql))

  const byIdLabel = `${access.key}.byId`
  const byId: AnyReads['byId'] = (id) =>
    access.session.operation(byIdLabel, byId, () =>
      relations.length === 0 ? byIdReader.read(id) : andThen(byIdReader.read(id), joinedOne),
    )
  const find: AnyReads['find'] = (options = {}) =>
    operate({ access, name: 'find' }, find, () => joined(select(options, 'find')))
  const first: AnyReads['first'] = (options = {}) =>
    operate({ access, name: 'first' }, first, () =>
      andThen(select({ ...options, limit: 1 }, 'first'), ([row]) => joinedOne(row)),
    )
  const page: AnyReads['page'] = (query, options = {}) =>
    operate({ access, name: 'page' }, page, async () => {
      const found = await readPage(query, options, access)
      return { ...found, items: await joined(found.items) }
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
