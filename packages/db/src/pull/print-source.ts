// Writes a plan as the source of a module.
import { UNKNOWN } from './plan-column.ts'
import type { Plan, PlannedCall, PlannedColumn, PlannedTable } from './plan.ts'

/** The module of a plan. */
export function printSource({ tables, notes }: Plan): string {
  const calls = tables.flatMap(({ columns }) =>
    columns.flatMap(({ calls: [builder] }) => builder?.name ?? []),
  )
  const names = [...new Set(['defineTables', 'table', ...calls])].toSorted()
  const hasSchema = tables.some(({ columns }) =>
    columns.some(({ calls: all }) => all.some(({ args }) => args.includes(UNKNOWN))),
  )
  return [
    [
      ...(hasSchema ? ["import { t } from '@keelson/core'"] : []),
      `import { ${names.join(', ')} } from '@keelson/db'`,
    ].join('\n'),
    ...tables.map(printTable),
    [
      'export const tables = defineTables({',
      ...tables.map(({ key, constant }) => `  ${key}: ${constant},`),
      '})',
    ].join('\n'),
    ...(notes.length === 0 ? [] : [comment('Left as it is in the database, and said by no table:', notes)]),
  ]
    .join('\n\n')
    .concat('\n')
}

function printTable({ constant, name, columns, options, notes }: PlannedTable): string {
  const lines = columns.flatMap(printColumn)
  const rest = Object.keys(options).length === 0 ? '' : `, ${printed(options)}`
  return [
    ...(notes.length === 0 ? [] : [comment('Left as it is in the database:', notes)]),
    `export const ${constant} = table(${printed(name)}, {`,
    ...lines.map((line) => `  ${line}`),
    `}${rest})`,
  ].join('\n')
}

function printColumn({ property, calls, notes }: PlannedColumn): string[] {
  return [...notes.map((note) => `// ${oneLine(note)}`), `${property}: ${calls.map(printCall).join('.')},`]
}

function printCall({ name, args }: PlannedCall): string {
  return `${name}(${args.map(printed).join(', ')})`
}

function printed(value: unknown): string {
  if (value === UNKNOWN) return 't.Unknown()'
  if (typeof value === 'string') return textOf(value)
  if (Array.isArray(value)) return `[${value.map(printed).join(', ')}]`
  if (typeof value !== 'object' || value === null) return String(value)
  const members = Object.entries(value).map(([name, member]) => `${keyOf(name)}: ${printed(member)}`)
  return members.length === 0 ? '{}' : `{ ${members.join(', ')} }`
}

function keyOf(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : textOf(name)
}

/** With single quotes, and escapes that are those of JSON. */
function textOf(text: string): string {
  const json = JSON.stringify(text)
    .slice(1, -1)
    .replaceAll(String.raw`\"`, '"')
    .replaceAll("'", String.raw`\'`)
  return `'${json}'`
}

function comment(title: string, notes: readonly string[]): string {
  return [`// ${title}`, ...notes.map((note) => `// - ${oneLine(note)}`)].join('\n')
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ')
}
