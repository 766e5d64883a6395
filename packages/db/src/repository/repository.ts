import { StatementCache } from '../adapter/index.ts'
import type { Session } from '../session/index.ts'
import type { TablesFacts } from '../table/index.ts'
import { ByIdReader } from './by-id.ts'
import type { Repository, RepositoryTable } from './contract.ts'
import { countRows } from './count.ts'
import { deleteRow, deleteRows } from './delete.ts'
import { insertRow, insertRows } from './insert.ts'
import { PickedColumns } from './picked-columns.ts'
import { operate, readsOf, wholeRows, type AnyReads } from './reads.ts'
import { relationsOf, type AskedRelations, type Relation } from './relations.ts'
import { selectionOf, type ReadOptions } from './select.ts'
import { streamRows } from './stream.ts'
import { TableAccess } from './table-access.ts'
import type { Row } from './table-sql.ts'
import { updateRow, updateRows } from './update.ts'
import { upsertRow } from './upsert.ts'

/** Lists of columns that are known: code has few of them. */
const MOST_PICKED = 100

/** The reads of rows, whole or of some columns, untyped. */
interface AnyRowReads extends AnyReads {
  stream(options?: ReadOptions): AsyncIterable<Row>
  with(...asked: AskedRelations): AnyReads
}

/** A repository, untyped. */
interface AnyRepository extends AnyRowReads {
  pick(...properties: readonly string[]): AnyRowReads
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
  const related = new StatementCache<PickedColumns>(MOST_PICKED)
  const relations = (asked: AskedRelations): readonly Relation[] =>
    relationsOf(asked, access, ({ name, to, toColumns }, columns) => {
      if (columns === undefined) return { access: accessOf(to), cut: undefined }
      const text = `${name} ${columns.join()}`
      const known = related.get(text)
      if (known !== undefined) return known.related(toColumns)
      const call = (named: string): string => `${access.key}.with({ ${name}: [${named}] })`
      const made = new PickedColumns(accessOf(to), columns, call)
      related.set(text, made)
      return made.related(toColumns)
    })
  const picked = new StatementCache<AnyRowReads>(MOST_PICKED)
  return Object.freeze({
    ...readsOf(wholeRows(access, byIdReader)),
    with: (...asked: AskedRelations) => readsOf(wholeRows(access, byIdReader, relations(asked))),
    stream: streamOf(access),
    pick: (...properties: readonly string[]) => {
      const name = properties.join()
      const known = picked.get(name)
      if (known !== undefined) return known
      const made = pickedReads(
        new PickedColumns(access, properties, (named) => `${access.key}.pick(${named})`),
        relations,
      )
      picked.set(name, made)
      return made
    },
    ...writesOf(access),
  })
}

function pickedReads(
  columns: PickedColumns,
  relations: (asked: AskedRelations) => readonly Relation[],
): AnyRowReads {
  const ways = columns.ways([])
  return Object.freeze({
    ...readsOf(ways),
    with: (...asked: AskedRelations) => readsOf(columns.ways(relations(asked))),
    stream: streamOf(ways.rows.access),
  })
}

function streamOf(access: TableAccess): AnyRowReads['stream'] {
  const stream: AnyRowReads['stream'] = (options = {}) =>
    streamRows(selectionOf(options, access, 'stream'), { access, below: stream })
  return stream
}

type Writes = Omit<AnyRepository, keyof AnyRowReads | 'pick'>

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
