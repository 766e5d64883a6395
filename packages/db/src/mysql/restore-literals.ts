// Literals of which MariaDB says nowhere the characters of four bytes: defaults, and the values of enum and set types. A table of the session
// alone, with the same columns, gives them as values.
import { quoteName, rowText, type Ask, type DriverRow } from '../adapter/index.ts'
import { enumValues } from './catalogue-literal.ts'
import { quoteText } from './quote-text.ts'

const PROBE = quoteName('keelson_literals', '`')

/** Gives rows of columns the literals that their `type` and `expression` have; as they are where the user may make no such table. */
export async function restoreLiterals(rows: readonly DriverRow[], ask: Ask): Promise<DriverRow[]> {
  const restored: DriverRow[] = []
  for (const row of rows) restored.push(hasLost(row) ? await restoredRow(row, ask) : row)
  return restored
}

function hasLost(row: DriverRow): boolean {
  return hasLostValues(row) || hasLostDefault(row)
}

function hasLostValues(row: DriverRow): boolean {
  return /^(?:enum|set)\(.*\?/.test(rowText(row, 'type'))
}

function hasLostDefault({ expression }: DriverRow): boolean {
  return typeof expression === 'string' && /^'.*\?/s.test(expression)
}

async function restoredRow(row: DriverRow, ask: Ask): Promise<DriverRow> {
  const [table, column] = [quoteName(rowText(row, 'table_name'), '`'), quoteName(rowText(row, 'name'), '`')]
  try {
    await ask(`create or replace temporary table ${PROBE} select ${column} from ${table} where false`, [])
    const type = hasLostValues(row) ? await typeOf(row, column, ask) : row['type']
    const expression = hasLostDefault(row)
      ? quoteText(await valueOf('default', column, ask))
      : row['expression']
    await ask(`drop temporary table ${PROBE}`, [])
    return { ...row, type, expression } as DriverRow
  } catch {
    // No right to make one, or another connection of a pool.
    return row
  }
}

/** An enum has its values by their number, a set by their bits. */
async function typeOf(row: DriverRow, column: string, ask: Ask): Promise<string> {
  const type = rowText(row, 'type')
  const isSet = type.startsWith('set(')
  const values: string[] = []
  for (const at of enumValues(type).keys())
    values.push(quoteText(await valueOf(String(isSet ? 2n ** BigInt(at) : at + 1), column, ask)))
  return `${isSet ? 'set' : 'enum'}(${values.join(',')})`
}

async function valueOf(text: string, column: string, ask: Ask): Promise<string> {
  await ask(`insert into ${PROBE} (${column}) values (${text})`, [])
  const { rows } = await ask(`select ${column} as value from ${PROBE}`, [])
  await ask(`delete from ${PROBE}`, [])
  return rowText(rows[0] ?? {}, 'value')
}
