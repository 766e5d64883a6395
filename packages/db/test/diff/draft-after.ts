// Drafts that follow statements written by hand.
import type { Adapter } from '../../src/adapter/index.ts'
import { draftMigration, type Draft } from '../../src/diff/index.ts'
import { ScratchConnection } from '../../src/diff/scratch-connection.ts'
import type { AnyTables } from '../../src/index.ts'
import { factsOf } from '../../src/table/index.ts'

/** Drafts what makes tables of what statements have made. */
export function draftAfter(
  adapter: Adapter,
  before: readonly string[],
  tables: AnyTables,
  drops: readonly string[] = [],
): Promise<Draft | undefined> {
  return draftMigration({
    adapter,
    tables: factsOf(tables),
    drops,
    renamed: new Set(),
    isIgnored: () => false,
    applyFiles: async (scratch) => {
      await using connection = await ScratchConnection.open(scratch)
      await connection.run(before)
    },
  })
}
