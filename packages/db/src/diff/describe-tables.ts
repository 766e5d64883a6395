// What tables make, in a database of their own.
import { SetupError } from '@keelson/core'
import {
  withScratchDatabase,
  type Adapter,
  type DatabaseDescription,
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
  const needed = others.flatMap(({ isPrerequisite, text }) =>
    isPrerequisite && text !== undefined ? [text] : [],
  )
  return withScratchDatabase(adapter, async (scratch) => {
    await using connection = await ScratchConnection.open(scratch)
    await connection.run(needed, { failed: 'What the migrations make besides tables cannot be made alone' })
    await connection.run(creationTexts(tables, connection.dialect), {
      failed: 'What the tables say cannot be made',
      remedy: 'Mend the table: what it says in sqlType(), in checks and in storage is SQL.',
    })
    return await (await schemaToolsOf(scratch)).describe(connection.ask)
  })
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
