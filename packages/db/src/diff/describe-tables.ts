// What tables make, in a database of their own.
import { SetupError } from '@keelson/core'
import {
  withScratchDatabase,
  type Adapter,
  type DatabaseDescription,
  type Dialect,
  type OtherObject,
  type SchemaTools,
} from '../adapter/index.ts'
import { creationTexts } from '../create-tables/index.ts'
import type { TablesFacts } from '../table/index.ts'
import { ScratchConnection } from './scratch-connection.ts'

/** Where tables are made. */
export interface TablesPlace {
  /** Beside its database. */
  readonly adapter: Adapter
  /** What is there; tables may need some of it: types, extensions, collations. */
  readonly others: readonly OtherObject[]
}

/** Makes tables in a scratch database, and describes them. */
export function describeTables(
  tables: TablesFacts,
  { adapter, others }: TablesPlace,
): Promise<DatabaseDescription> {
  return withScratchDatabase(adapter, async (scratch) => {
    await using connection = await ScratchConnection.open(scratch)
    await connection.run(neededTexts(others, tables, connection.dialect), {
      failed: 'What the migrations make besides tables cannot be made alone',
    })
    await connection.run(creationTexts(tables, connection.dialect), {
      failed: 'What the tables say cannot be made',
      remedy: 'Mend the table: what it says in sqlType(), in checks and in storage is SQL.',
    })
    return withSaidValues(await (await schemaToolsOf(scratch)).describe(connection.ask), tables)
  })
}

/** What is made before tables; an enum type of a column with the values that its table says. */
function neededTexts(others: readonly OtherObject[], { tables }: TablesFacts, dialect: Dialect): string[] {
  const columns = [...tables.values()].flatMap((table) => table.columns)
  return others.flatMap(({ kind, name, text, isPrerequisite }) => {
    const said = columns.find(
      ({ sqlType, limits }) =>
        limits.values !== undefined && (sqlType === name || sqlType === dialect.quote(name)),
    )
    if (kind === 'enum type' && said !== undefined) return dialect.prerequisites([said])
    return isPrerequisite && text !== undefined ? [text] : []
  })
}

/** Values of a column are those that its table says; of one that says none they are whatever is there. */
function withSaidValues(described: DatabaseDescription, { tables }: TablesFacts): DatabaseDescription {
  const facts = new Map([...tables.values()].map((table) => [table.name, table]))
  const said = (table: string, name: string): readonly string[] | undefined =>
    facts.get(table)?.columns.find((column) => column.name === name)?.limits.values
  return {
    ...described,
    tables: new Map(
      [...described.tables].map(([name, table]) => [
        name,
        {
          ...table,
          columns: table.columns.map((column) =>
            column.values === undefined ? column : { ...column, values: said(name, column.name) },
          ),
        },
      ]),
    ),
  }
}

/** What describes and changes databases of a system. @throws {SetupError} `ERR_DB_MIGRATION` for an adapter that has nothing of it */
export async function schemaToolsOf({ schemaTools, name, place }: Adapter): Promise<SchemaTools> {
  if (schemaTools !== undefined) return schemaTools()
  throw new SetupError([
    {
      code: 'ERR_DB_MIGRATION',
      place,
      message: `The adapter ${name} cannot compare databases.`,
      remedy: 'Write the migration by hand, or use an adapter of this package.',
    },
  ])
}
