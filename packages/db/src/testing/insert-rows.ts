// Inserts rows of a factory, after the rows that they refer to.
import type { DatabaseMethods } from '../database/index.ts'
import { CheckViolationError, FactoryError } from '../errors.ts'
import type { ColumnFacts, ReferenceFacts, TableFacts } from '../table/index.ts'
import { valueOf } from './make-values.ts'
import { Recipe, recipeOf, type MadeRow, type Said } from './recipe.ts'

type Row = Readonly<Record<string, unknown>>

interface Target {
  readonly db: DatabaseMethods
  /** Key of the table in `defineTables`. */
  readonly key: string
  readonly facts: TableFacts
}

/**
 * Inserts rows, in the transaction around.
 *
 * @throws {FactoryError} for a database without the table, what cannot be made, and a circle of references
 */
export function insertRows(
  db: DatabaseMethods,
  recipe: Recipe,
  { said, count }: { readonly said: Said; readonly count: number },
): Promise<readonly Row[]> {
  const { facts } = recipe
  const { tables } = db['~internal'].tables
  const key = [...tables.keys()].find((one) => tables.get(one) === facts)
  if (key === undefined)
    throw new FactoryError({
      message: `${facts.name}: the database '${db.name}' was not opened with this table. Its tables are: ${[...tables.keys()].join(', ')}.`,
    })
  const rows = Array.from({ length: count }, () => recipe.make(said))
  return insertInto({ db, key, facts }, rows, [])
}

/** A reference that is followed, and what makes the rows there. */
interface Step {
  /** `orders.customerId`. */
  readonly edge: string
  readonly recipe: Recipe | undefined
}

/** @param path - the references that wait for these rows */
async function insertInto(
  target: Target,
  rows: readonly MadeRow[],
  path: readonly Step[],
): Promise<readonly Row[]> {
  const { db, key, facts } = target
  for (const reference of facts.references)
    for (const [recipe, waiting] of byRecipe(rows, reference, facts))
      await addParents(waiting, recipe, { ...target, reference, path })
  const tables = db as unknown as Readonly<
    Record<string, { insertMany(rows: readonly Row[]): Promise<readonly Row[]> }>
  >
  try {
    return await tables[key]!.insertMany(rows.map(({ values }) => values))
  } catch (error) {
    throw CheckViolationError.is(error)
      ? checkFailure(error as InstanceType<typeof CheckViolationError>, facts)
      : error
  }
}

/** The rows that need another one, by the factory that they say: undefined where they say nothing. */
function byRecipe(
  rows: readonly MadeRow[],
  reference: ReferenceFacts,
  facts: TableFacts,
): ReadonlyMap<Recipe | undefined, readonly MadeRow[]> {
  const { property, isNullable } = columnOf(reference, facts)
  const found = new Map<Recipe | undefined, MadeRow[]>()
  for (const row of rows) {
    const said = row.values[property]
    const recipe = recipeOf(said)
    if (recipe === undefined && said !== undefined) continue
    // A default would name a row that may not be there.
    if (recipe === undefined && isNullable) row.values[property] = null
    else found.set(recipe, [...(found.get(recipe) ?? []), row])
  }
  return found
}

/** Makes a row for each that needs one, and notes its key there. */
async function addParents(
  rows: readonly MadeRow[],
  recipe: Recipe | undefined,
  {
    db,
    key,
    facts,
    reference,
    path,
  }: Target & { readonly reference: ReferenceFacts; readonly path: readonly Step[] },
): Promise<void> {
  const { property } = columnOf(reference, facts)
  const { to } = reference
  const parent = db['~internal'].tables.tables.get(to)!
  const parentKey = parent.primary[0]!
  if (recipe !== undefined && recipe.facts !== parent)
    throw new FactoryError({
      message: `${facts.name}.${property}: it is given a factory of ${recipe.facts.name}, and refers to ${parent.name}. Give a factory of that table.`,
    })
  if (to === key && recipe === undefined) {
    // What must refer to a row of its own table begins with itself.
    for (const { values, number } of rows)
      values[property] = values[parentKey.property] ??= valueOf(parentKey, parent, number)
    return
  }
  const step = { edge: `${key}.${property}`, recipe }
  const before = path.findIndex((one) => one.edge === step.edge && one.recipe === recipe)
  const way = [...path, step]
  if (before !== -1)
    throw new FactoryError({
      message: `${facts.name}.${property}: the references ${way
        .slice(before)
        .map(({ edge }) => edge)
        .join(' → ')} are a circle. Give the key of a row that is there: { ${property}: … }.`,
    })
  const maker = recipe ?? new Recipe(parent)
  const made = await insertInto(
    { db, key: to, facts: parent },
    rows.map(() => maker.make({})),
    way,
  )
  for (const [at, { values }] of rows.entries()) values[property] = made[at]![parentKey.property]
}

function columnOf({ columns: [property = ''] }: ReferenceFacts, { byProperty }: TableFacts): ColumnFacts {
  return byProperty.get(property)!
}

function checkFailure(error: InstanceType<typeof CheckViolationError>, { name, checks }: TableFacts): Error {
  const { constraint } = error.violation
  const said = checks.get(constraint)
  return new FactoryError({
    message: `${name}: the row that was made violates the check '${constraint}'${said === undefined ? '' : ` (${said})`}, which a factory cannot read. Give the columns of it: factory(…).defaults((at) => ({ … })).`,
    cause: error,
  })
}
