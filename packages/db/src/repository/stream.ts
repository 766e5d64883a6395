import type { PublicFunction } from '../session/index.ts'
import { selectRows, type Selection } from './select.ts'
import type { TableAccess } from './table-access.ts'
import { decodeRows, type Row } from './table-sql.ts'

/** Rows that are fetched at once: enough that the round trips cost little, few enough that their memory is small. */
const BATCH_ROWS = 200

/** Streams rows as a public operation: `below` is the function that was called. */
export function streamRows(
  selection: Selection,
  { access, below }: { readonly access: TableAccess; readonly below: PublicFunction },
): AsyncIterable<Row> {
  const label = `${access.key}.stream`
  return access.session.streamOperation(label, below, readInBatches(selection, label, access))
}

/** Rows one by one; ending the iteration early lets go of the server's cursor. */
async function* readInBatches(
  selection: Selection,
  label: string,
  access: TableAccess,
): AsyncGenerator<Row, void, undefined> {
  const { sql } = access
  const { statement, values } = selectRows(selection, sql)
  const query = { statement, values, label, table: access.facts }
  for await (const batch of access.session.stream(query, BATCH_ROWS)) {
    yield* decodeRows(batch, sql)
  }
}
