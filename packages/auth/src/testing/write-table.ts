// A table as it is to be written, for messages: who agrees with the policy may take it.
import type { PolicyRow } from './policy-cells.ts'
import { wordOf } from './policy-table-error.ts'

/** Writes a table with all rows, columns below each other. */
export function writeTable(
  rows: readonly PolicyRow[],
  subjects: readonly string[],
  found: (row: PolicyRow, subject: string) => boolean,
): string {
  const resources = [...new Set(rows.map(({ resource }) => resource))]
  const parts = resources.map((name) => [
    [name, '', ...subjects],
    ...rows
      .filter(({ resource }) => resource === name)
      .map((row) => [
        row.action,
        row.record ?? '',
        ...subjects.map((subject) => wordOf(found(row, subject))),
      ]),
  ])
  const widths = widthsOf(parts.flat())
  const toLine = (words: readonly string[]): string =>
    `  ${words.map((word, at) => word.padEnd(widths[at] ?? 0)).join('  ')}`.trimEnd()
  return parts.map((lines) => lines.map(toLine).join('\n')).join('\n\n')
}

function widthsOf(lines: readonly (readonly string[])[]): readonly number[] {
  const [first = []] = lines
  return first.map((_, at) => Math.max(...lines.map((words) => words[at]?.length ?? 0)))
}
