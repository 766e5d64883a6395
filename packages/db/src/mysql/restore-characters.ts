// The catalogue of MariaDB has question marks for a character of four bytes. In expressions the statement that makes a table has the character.
import { quoteName, rowText, type Ask, type DriverRow } from '../adapter/index.ts'

/** Asks for the statement that makes a table, as lines; once for each table. */
export type ShowTable = (table: string) => Promise<readonly string[]>

/** Shows tables by a connection. */
export function showingTables(ask: Ask): ShowTable {
  const shown = new Map<string, Promise<readonly string[]>>()
  const show = async (table: string): Promise<readonly string[]> => {
    const { rows } = await ask(`show create table ${quoteName(table, '`')}`, [])
    return String(rows[0]?.['Create Table']).split('\n')
  }
  return (table) => {
    const found = shown.get(table) ?? show(table)
    shown.set(table, found)
    return found
  }
}

/**
 * Gives rows of columns or CHECKs, of `table_name` and with a `name`, their characters again.
 *
 * @param parts - the expressions of a row that may have lost some
 */
export async function restoreCharacters(
  rows: readonly DriverRow[],
  parts: readonly string[],
  show: ShowTable,
): Promise<DriverRow[]> {
  const restored: DriverRow[] = []
  for (const row of rows) {
    const lost = parts.filter((part) => typeof row[part] === 'string' && row[part].includes('?'))
    const lines = lost.length === 0 ? [] : await show(rowText(row, 'table_name'))
    const own = lines.filter((line) => line.includes(quoteName(rowText(row, 'name'), '`')))
    const texts = lost.map((part) => [part, restoredText(rowText(row, part), own)] as const)
    restored.push(lost.length === 0 ? row : { ...row, ...Object.fromEntries(texts) })
  }
  return restored
}

/** The text of which only those characters differ; itself where no line has it. */
function restoredText(text: string, lines: readonly string[]): string {
  const pattern = text
    .split(/\?+/)
    .map((part) => part.replaceAll(/[.*+^${}()|[\]\\/]/g, String.raw`\$&`))
    .join(String.raw`[?\u{10000}-\u{10FFFF}]+`)
  const whole = new RegExp(pattern, 'u')
  return lines.map((line) => whole.exec(line)?.[0]).find((found) => found !== undefined) ?? text
}
