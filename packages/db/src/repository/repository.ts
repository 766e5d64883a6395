import type { Session } from '../session/index.ts'
import type { TablesFacts } from '../table/index.ts'
import { ByIdReader } from './by-id.ts'
import type { Repository, RepositoryTable } from './contract.ts'
import { countRows } from './count.ts'
import { deleteRow, deleteRows } from './delete.ts'
import { insertRow, insertRows } from './insert.ts'
import { operate, readsOf, type AnyReads } from './reads.ts'
import { relationsOf } from './relations.ts'
import { selectionOf, type ReadOptions } from './select.ts'
import { streamRows } from './stream.ts'
import { TableAccess } from './table-access.ts'
import type { Row } from './table-sql.ts'
import { updateRow, updateRows } from './update.ts'
import { upsertRow } from './upsert.ts'

/** A repository, untyped. */
interface AnyRepository extends AnyReads {
  stream(options?: ReadOptions): AsyncIterable<Row>
  with(...names: readonly string[]): AnyReads
  count(where?: unknown): Promise<number>
  insert(row: unknown): Promise<Row>
  insertMany(rows: unknown): Promise<readonly Row[]>
  update(row: unknown, patch: unknown): Promise<Row>
  updateMany(options: { readonly where?: unknown; readonly set?: unknown }): Promise<number>
  upsert(row: unknown, options: { readonly on?: unknown }): Promise<Row>
  delete(target: unknown): Promise<boolean>
  deleteMany(options: { readonly where?: unknown }): Promise<number>
}

/**
 * Makes the repository of a table. It needs no open database: its SQL is made when it is used first.
 *
 * @param key - of the table in `defineTables`
 */
export function createRepository<T extends RepositoryTable>(
  session: Session,
  tables: TablesFacts,
  key: string,
): Repository<T> {
  // What it takes and gives is checked at run time by the facts that the types are made of.
  return repositoryOf(new TableAccess(session, tables, key)) as never
}

function repositoryOf(access: TableAccess): AnyRepository {
  const byIdReader = new ByIdReader(access)
  const others = new Map([[access.key, access]])
  const accessOf = (key: string): TableAccess => {
    const known = others.get(key)
    if (known !== undefined) return known
    const made = new TableAccess(access.session, access.tables, key)
    others.set(key, made)
    return made
  }
  const stream: AnyRepository['stream'] = (options = {}) =>
    streamRows(selectionOf(options, access, 'stream'), { access, below: stream })
  return Object.freeze({
    ...readsOf(access, byIdReader, []),
    with: (...names: readonly string[]) => readsOf(access, byIdReader, relationsOf(names, access, accessOf)),
    stream,
    ...writesOf(access),
  })
}

type Writes = Omit<AnyRepository, keyof AnyReads | 'stream' | 'with'>

function writesOf(access: TableAccess): Writes {
  // `undefined` is what a condition became by accident.
  const count: Writes['count'] = (...where) =>
    operate({ access, name: 'count' }, count, () => countRows(where, access))
  const insert: Writes['insert'] = (row) =>
    operate({ access, name: 'insert' }, insert, () => insertRow(row, access))
  const insertMany: Writes['insertMany'] = (rows) =>
    operate({ access, name: 'insertMany' }, insertMany, () => insertRows(rows, access))
  const update: Writes['update'] = (row, patch) =>
    operate({ access, name: 'update' }, update, () => updateRow(row, patch, access))
  const updateMany: Writes['updateMany'] = (options) =>
    operate({ access, name: 'updateMany' }, updateMany, () => updateRows(options, access))
  const upsert: Writes['upsert'] = (row, options) =>
    operate({ access, name: 'upsert' }, upsert, () => upsertRow(row, options, access))
  const remove: Writes['delete'] = (target) =>
    operate({ access, name: 'delete' }, remove, () => deleteRow(target, access))
  const deleteMany: Writes['deleteMany'] = (options) =>
    operate({ access, name: 'deleteMany' }, deleteMany, () => deleteRows(options, access))
  return { count, insert, insertMany, update, updateMany, upsert, delete: remove, deleteMany }
}
