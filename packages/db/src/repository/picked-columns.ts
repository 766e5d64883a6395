// On the request path of reads of some columns: what else must be read for it, and what is given.
import { StatementCache } from '../adapter/index.ts'
import { QueryError } from '../errors.ts'
import { nameRemedy } from '../table/index.ts'
import { ByIdReader } from './by-id.ts'
import { cursorOrder, orderTermsOf } from './order.ts'
import type { ReadWay, ReadWays } from './reads.ts'
import { withRelations, type RelatedWay, type Relation } from './relations.ts'
import { asRow } from './row-class.ts'
import { TableAccess } from './table-access.ts'
import { aliased, type Row, type TableSql } from './table-sql.ts'

/** Lists of columns that are kept: they are written in the code, and their number is small. */
const MOST_KEPT = 100

/** A table of which some columns are read. Conditions and orders know all of them. */
class PickedAccess extends TableAccess {
  readonly #whole: TableAccess
  readonly #properties: ReadonlySet<string>
  #picked: TableSql | undefined

  constructor(whole: TableAccess, properties: ReadonlySet<string>) {
    super(whole.session, whole.tables, whole.key)
    this.#whole = whole
    this.#properties = properties
  }

  override get sql(): TableSql {
    return (this.#picked ??= pickedSqlOf(this.#whole.sql, this.#properties))
  }
}

function pickedSqlOf(whole: TableSql, properties: ReadonlySet<string>): TableSql {
  const columns = whole.columns.filter(({ property }) => properties.has(property))
  const selectList = columns.map((column) => aliased(column, whole.dialect)).join(', ')
  return {
    ...whole,
    selectList,
    select: `select ${selectList} from ${whole.name}`,
    decoded: whole.decoded.filter(({ property }) => properties.has(property)),
    Row: columns.some(({ facts }) => facts.isHidden) ? whole.Row : undefined,
  }
}

/** Where columns are read. */
type Reading = Pick<ReadWay, 'access' | 'byId'>

/** Some columns of a table. */
export class PickedColumns {
  readonly #whole: TableAccess
  /** In the order of the table. */
  readonly #properties: readonly string[]
  readonly #readings = new StatementCache<Reading>(MOST_KEPT)

  /**
   * @param call - writes the call that names them, for messages: `orders.pick('total')`
   * @throws {QueryError} for a name that the table does not have, and for none
   */
  constructor(whole: TableAccess, names: readonly string[], call: (named: string) => string) {
    const { key, facts } = whole
    const properties = [...facts.byProperty.keys()]
    if (names.length === 0)
      throw new QueryError({ message: `${call('')} needs the names of columns: without it, all are read.` })
    for (const name of names)
      if (!facts.byProperty.has(name))
        throw new QueryError({
          message: `${call(`'${name}'`)}: '${key}' has no such column. ${nameRemedy(name, properties)}`,
        })
    this.#whole = whole
    this.#properties = properties.filter((name) => names.includes(name))
  }

  /** How these columns are read of rows that others refer to, or that refer to them, by `joining`. */
  related(joining: readonly string[]): RelatedWay {
    const { access } = this.#readingOf(joining)
    return { access, cut: this.#isCut(joining) ? this.#cut([]) : undefined }
  }

  /** How these columns are read, with relations. */
  ways(relations: readonly Relation[]): ReadWays {
    const joining = relations.flatMap(({ facts }) => facts.columns)
    const primary = this.#whole.facts.primary.map(({ property }) => property)
    return {
      rows: this.#wayWith(joining, relations),
      byKey: this.#wayWith([...primary, ...joining], relations),
      page: (orderBy) => this.#wayWith([...this.#cursor(orderBy), ...joining], relations),
    }
  }

  /** @param others - read besides, and not given */
  #wayWith(others: readonly string[], relations: readonly Relation[]): ReadWay {
    const reading = this.#readingOf(others)
    const isCut = this.#isCut(others)
    if (relations.length === 0) return { ...reading, finish: isCut ? this.#cut(relations) : undefined }
    const cut = this.#cut(relations)
    return {
      ...reading,
      finish: async (rows) => {
        const joined = await withRelations(rows, relations, reading.access)
        return isCut ? cut(joined) : joined
      },
    }
  }

  /** Whether some of what is read is not given. */
  #isCut(others: readonly string[]): boolean {
    return others.some((property) => !this.#properties.includes(property))
  }

  /** Made once for each set of columns, so that reads of one tick are read together. */
  #readingOf(others: readonly string[]): Reading {
    const properties = new Set([...this.#properties, ...others])
    const name = [...properties].toSorted().join()
    const known = this.#readings.get(name)
    if (known !== undefined) return known
    const access = new PickedAccess(this.#whole, properties)
    const reading = { access, byId: new ByIdReader(access) }
    this.#readings.set(name, reading)
    return reading
  }

  /** Properties that the cursors of an order have. */
  #cursor(orderBy: unknown): readonly string[] {
    const { sql } = this.#whole
    return cursorOrder(orderTermsOf(orderBy, sql), sql).map(({ column }) => column.property)
  }

  /** Makes rows of these columns and of relations alone. */
  #cut(relations: readonly Relation[]): (rows: readonly Row[]) => readonly Row[] {
    const given = [...this.#properties, ...relations.map(({ facts }) => facts.name)]
    const { access } = this.#readingOf([])
    return (rows) =>
      rows.map((row) => {
        const cut: Record<string, unknown> = {}
        for (const name of given) cut[name] = row[name]
        return asRow(cut, access.sql.Row)
      })
  }
}
