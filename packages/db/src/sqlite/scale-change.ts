import type { ColumnDescription, Dialect, TableDescription } from '../adapter/index.ts'

/** How a column is read from the old table: a decimal is a scaled integer, which follows its scale. */
export function scaleChange(
  { name }: ColumnDescription,
  { from, to }: { readonly from: TableDescription; readonly to: TableDescription },
  { quote }: Dialect,
): string {
  const before = scaleOf(name, from)
  const now = scaleOf(name, to)
  const quoted = quote(name)
  if (before === undefined || now === undefined || before === now) return quoted
  if (now > before) return `${quoted} * ${10 ** (now - before)}`
  // Digits that the column has no place for any more stop the migration, instead of being lost.
  const factor = 10 ** (before - now)
  return `case when ${quoted} % ${factor} = 0 then ${quoted} / ${factor} else ${quoted} * 1.0 / ${factor} end`
}

/** The digits after the point that the CHECK of a decimal tells: `"total" / 100 between …`. */
function scaleOf(column: string, { checks }: TableDescription): number | undefined {
  const pattern = new RegExp(`${escaped(column)}"?\\s*/\\s*1(0*)\\b`)
  const found = checks.map(({ expression }) => pattern.exec(expression)).find((match) => match !== null)
  return found?.[1]?.length
}

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)
}
