import { selectRows, type Selection } from './select.ts'
import type { TableAccess } from './table-access.ts'
import { decodeRows, type Row } from './table-sql.ts'

/** Rows that are fetched at once: enough that the round trips cost little, few enough that their memory is small. */
const BATCH_ROWS = 200

/** Rows one by one; ending the iteration early lets go of the server's cursor. */
export async function* streamRows(
  selection: Selection,
  access: TableAccess,
): AsyncGenerator<Row, void, undefined> {
  const { sql } = access
  const { statement, values } = selectRows(selection, sql)
  const query = { statement, values, label: `${access.key}.stream`, table: access.facts }
  for await (const batch of access.session.stream(query, BATCH_ROWS)) {
    yield* decodeRows(batch, sql)
  }
}
