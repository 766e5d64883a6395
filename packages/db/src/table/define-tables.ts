// Tables of a database, checked against each other.
import { SetupError, type SetupProblem } from '@keelson/core'
import type { CheckedTables } from './check-types.ts'
import { RESERVED_NAMES } from './reserved-names.ts'
import type { ColumnFacts, RelationFacts, TableFacts, TablesFacts } from './contract.ts'
import type { AnyTable, AnyTables } from './table.ts'

const factsByTables = new WeakMap<object, TablesFacts>()

/**
 * Joins the tables of a database under the keys by which code has them: `db.orders`. References name these keys; they, and the names
 * of relations, are checked here.
 *
 * @param tables - tables by key
 * @returns the tables themselves, frozen
 * @throws {SetupError} `ERR_DB_TABLE` with every problem: two tables of one name, a reference to a table that is not there, names that clash
 * @example
 * const Customers = table('customers', { id: uuid().primary(), name: text() })
 * const Orders = table('orders', { id: uuid().primary(), customerId: uuid().references('customers') })
 * const tables = defineTables({ customers: Customers, orders: Orders })
 */
export function defineTables<TS extends AnyTables>(tables: CheckedTables<TS>): TS {
  const given = tables as unknown as TS
  assertTables(given)
  const facts = new Map(Object.entries(given).map(([key, table]) => [key, table['~internal']]))
  const relations = new Map([...facts.keys()].map((key) => [key, new Map<string, RelationFacts>()]))
  const problems = [
    ...keyProblems(facts),
    ...formerNameProblems(facts),
    ...constraintProblems(facts),
    ...relate(facts, relations),
  ]
  if (problems.length > 0) throw new SetupError(problems)
  factsByTables.set(given, Object.freeze({ tables: facts, relations }))
  return Object.freeze(given)
}

/** @throws {SetupError} for what is not an object of tables by key */
function assertTables(given: AnyTables): void {
  const isObject = typeof given === 'object' && given !== null && !Array.isArray(given)
  const problems = isObject
    ? Object.entries(given).flatMap(([key, table]) =>
        (table as Partial<AnyTable> | undefined)?.['~internal']?.byProperty === undefined
          ? [problem(`defineTables, ${key}`, 'It is not a table.', "Give what table('…', { … }) made.")]
          : [],
      )
    : [
        problem(
          'defineTables',
          'It is not given an object of tables by key.',
          'Write defineTables({ orders: Orders }).',
        ),
      ]
  if (problems.length > 0) throw new SetupError(problems)
}

/** The facts of tables that {@link defineTables} has joined. @throws {SetupError} for others */
export function factsOf(tables: AnyTables): TablesFacts {
  const facts = factsByTables.get(tables)
  if (facts !== undefined) return facts
  throw new SetupError([
    problem(
      'tables',
      'The tables were not made by defineTables().',
      'Write defineTables({ orders: Orders }).',
    ),
  ])
}

function problem(place: string, message: string, remedy: string): SetupProblem {
  return { code: 'ERR_DB_TABLE', place, message, remedy }
}

function keyProblems(facts: ReadonlyMap<string, TableFacts>): SetupProblem[] {
  const reserved = [...facts.keys()].filter(
    (key) => (RESERVED_NAMES as readonly string[]).includes(key) || key.startsWith('~'),
  )
  const names = new Map<string, string>()
  const twins: SetupProblem[] = []
  for (const [key, { name }] of facts) {
    const first = names.get(name.toLowerCase())
    if (first === undefined) names.set(name.toLowerCase(), key)
    else
      twins.push(
        problem(
          `defineTables, ${key}`,
          `Its table is '${name}', as that of ${first}.`,
          'Rename one of them.',
        ),
      )
  }
  return [
    ...reserved.map((key) =>
      problem(`defineTables, ${key}`, `'${key}' is a name of the database itself.`, 'Choose another key.'),
    ),
    ...twins,
  ]
}

/** Rows go from one table to one other. */
function formerNameProblems(facts: ReadonlyMap<string, TableFacts>): SetupProblem[] {
  const owners = new Map<string, string>()
  return [...facts].flatMap(([key, { was }]) => {
    if (was === undefined) return []
    const owner = owners.get(was)
    if (owner === undefined) owners.set(was, key)
    if (owner === undefined) return []
    return [
      problem(
        `defineTables, ${key}`,
        `It was '${was}', as ${owner} was: the rows go to one of them.`,
        'Omit was of the other, and copy the rows in the migration.',
      ),
    ]
  })
}

/** Names of constraints and indexes are one space on each system: `orders` with `itemId` and `orders_item` with `id` make the same. */
function constraintProblems(facts: ReadonlyMap<string, TableFacts>): SetupProblem[] {
  const owners = new Map<string, string>()
  return [...facts].flatMap(([key, { indexes, references }]) =>
    [...indexes, ...references].flatMap(({ name, columns }) => {
      const owner = owners.get(name)
      if (owner === undefined) owners.set(name, `${key}, ${columns.join(', ')}`)
      if (owner === undefined) return []
      return [
        problem(
          `${key}, ${columns.join(', ')}`,
          `Its index or constraint would be named '${name}', as that of ${owner}.`,
          "Omit one of two that are the same, or rename a column: .named('…').",
        ),
      ]
    }),
  )
}

/** Finds the relations of each reference, on both of its sides. */
function relate(
  facts: ReadonlyMap<string, TableFacts>,
  relations: ReadonlyMap<string, Map<string, RelationFacts>>,
): SetupProblem[] {
  return [...facts].flatMap(([key, table]) =>
    table.references.flatMap((reference) => {
      const [property = ''] = reference.columns
      const place = `${key}.${property}`
      const to = facts.get(reference.to)
      if (to === undefined)
        return [
          problem(
            place,
            `It refers to '${reference.to}', which defineTables does not name.`,
            `Name one of: ${[...facts.keys()].join(', ')}.`,
          ),
        ]
      const column = table.byProperty.get(property)
      const [target] = to.primary
      if (column === undefined || target === undefined) return []
      const mismatch = typeProblem(place, column, { to, key: reference.to, target })
      const one = reference.as ?? property.replace(/(.)Id$/, '$1')
      const many = reference.inverse ?? key
      const there = { columns: [property], toColumns: [target.property] }
      return [
        ...mismatch,
        ...add(
          relations,
          { key, table, place },
          { name: one, to: reference.to, isMany: false, isNullable: column.isNullable, ...there },
        ),
        ...add(
          relations,
          { key: reference.to, table: to, place },
          {
            name: many,
            to: key,
            isMany: true,
            isNullable: false,
            columns: [target.property],
            toColumns: [property],
          },
        ),
      ]
    }),
  )
}

function typeProblem(
  place: string,
  column: ColumnFacts,
  { to, key, target }: { readonly to: TableFacts; readonly key: string; readonly target: ColumnFacts },
): SetupProblem[] {
  if (to.primary.length > 1)
    return [
      problem(
        place,
        `It refers to ${key}, whose key has ${to.primary.length} columns.`,
        'Refer to a table whose key is one column.',
      ),
    ]
  const [own, there] = [typeOf(column), typeOf(target)]
  if (own === there) return []
  return [
    problem(
      place,
      `It has another type than the key of ${key}: ${own}, not ${there}.`,
      `Declare it as ${there}.`,
    ),
  ]
}

/** The type of a column with the options that make it another one in the database: what a reference and its key have in common. */
function typeOf({ kind, limits, isCaseInsensitive }: ColumnFacts): string {
  const { bits, precision, scale, maxLength, values } = limits
  if (values !== undefined) return `oneOf(${values.map((value) => `'${value}'`).join(', ')})`
  if (kind === 'decimal') return `decimal(${precision}, ${scale})`
  const options = [
    ...(bits === undefined ? [] : [`bits: ${bits}`]),
    ...(maxLength === undefined ? [] : [`maxLength: ${maxLength}`]),
    ...(isCaseInsensitive ? ['caseInsensitive: true'] : []),
  ]
  return options.length === 0 ? kind : `${kind}({ ${options.join(', ')} })`
}

interface Holder {
  readonly key: string
  readonly table: TableFacts
  /** Of the reference. */
  readonly place: string
}

function add(
  relations: ReadonlyMap<string, Map<string, RelationFacts>>,
  { key, table, place }: Holder,
  relation: RelationFacts,
): SetupProblem[] {
  const own = relations.get(key)
  const option = relation.isMany ? 'inverse' : 'as'
  if (table.byProperty.has(relation.name))
    return [
      problem(
        place,
        `Its relation '${relation.name}' of ${key} has the name of a column.`,
        `Give it another: { ${option}: '…' }.`,
      ),
    ]
  if (own?.has(relation.name) === true)
    return [
      problem(
        place,
        `Two relations of ${key} have the name '${relation.name}'.`,
        `Give one another name: { ${option}: '…' }.`,
      ),
    ]
  own?.set(relation.name, relation)
  return []
}
