/**
 * Lays out rows in columns, as wide as needed, with two blanks between them; the first row has the titles.
 *
 * @example
 * toTable([['NAME', 'PATH'], ['home', '/']]) // 'NAME  PATH\nhome  /'
 */
export function toTable(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}
