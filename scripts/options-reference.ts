// Without this file the reference of options would be kept by hand, and say what was true once. It writes
// docs/reference/options.md from the tables that read the options, and from their docstrings; `--check` compares alone.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type ts from 'typescript'
import { entryProgram } from './entry-program.ts'
import { entries, formsOf, specifierOf, symbolOf, takenOptions, type Taken } from './option-takers.ts'
import { linkTo, rowsOf, type Section } from './option-rows.ts'
import { docOf } from './option-words.ts'
import { placedTables, type AnyOptionTable } from './option-tables.ts'
import { report, root } from './workspace.ts'

const PAGE = 'docs/reference/options.md'
const problems: string[] = []
const program = entryProgram()
const checker = program.getTypeChecker()

const tables = new Map<ts.Symbol, AnyOptionTable>()
for (const { node, table } of await placedTables(program)) {
  const type = checker.getTypeFromTypeNode(node.typeArguments?.[0] as ts.TypeNode)
  for (const form of [type, ...formsOf(checker, type)]) {
    const symbol = symbolOf(form)
    if (symbol !== undefined && !tables.has(symbol)) tables.set(symbol, table)
  }
}

const taken = takenOptions(program, (symbol) => tables.has(symbol))
const titles = taken.map(({ functions, symbol }) =>
  functions.length > 3 ? symbol.name : functions.join(', '),
)
const sections = new Map<ts.Symbol, Section>()
for (const [at, { symbol, type }] of taken.entries()) {
  const title = titles[at] ?? ''
  const isOneOfSeveral = titles.filter((one) => one === title).length > 1
  const whole = isOneOfSeveral ? `${title} with ${symbol.name}` : title
  sections.set(symbol, { title: whole, table: tables.get(symbol), type })
}
const seen = new Map<AnyOptionTable, string>()
let count = 0
const texts = taken.map((one) => ({ ...one, ...textOf(one) }))
texts.push(...others().map((one) => ({ ...one, ...textOf(one) })))
const specifiers = entries.map(({ specifier }) => specifier)
const text = head() + specifiers.map(partOf).filter(Boolean).join('\n')
const file = join(root, PAGE)
if (process.argv.includes('--check')) {
  if (!existsSync(file) || readFileSync(file, 'utf8') !== text)
    problems.push(`${PAGE} is not what the code says. Run: node scripts/options-reference.ts`)
} else if (problems.length === 0) writeFileSync(file, text)
report(problems, `${count} options of ${sections.size} objects are in ${PAGE}`)

/** What is read strictly besides: what a function of the user returns, and what functions take whose types are computed. */
function others(): readonly Taken[] {
  const found: Taken[] = []
  for (const [symbol, table] of tables) {
    const specifier = specifierOf(program, symbol)
    if (seen.has(table) || specifier === undefined) continue
    const type = checker.getDeclaredTypeOfSymbol(symbol)
    found.push({ specifier, symbol, type, functions: [] })
    sections.set(symbol, { title: symbol.name, table, type })
  }
  return found
}

function head(): string {
  return `---
title: Options
---

<!-- Written by scripts/options-reference.ts; do not edit. -->

# Options

What every function takes, by package. The page is made from the code: from the tables by which functions read their options, and
from docstrings. A name that is not here is refused when the function is called, and so is a value that is not of the type or is
outside of what it takes. Times are milliseconds, unless the name ends in Seconds. 0 switches a limit off where it says "0 for no limit", and
nowhere else: any other 0 is the smallest value, such as no time at all.

`
}

function partOf(specifier: string): string {
  const own = texts.filter((one) => one.specifier === specifier)
  const sorted = own.toSorted((a, b) => a.title.localeCompare(b.title, 'en'))
  return own.length === 0 ? '' : `## ${specifier}\n\n${sorted.map((one) => one.text).join('\n')}`
}

function textOf({ functions, symbol }: Taken): { readonly title: string; readonly text: string } {
  const section = sections.get(symbol) as Section
  const { title } = section
  const { rows, base, problems: found } = rowsOf(checker, section, { sections, tables, seen })
  problems.push(...found.map((problem) => `${title}: ${problem}`))
  count += rows.length
  const by = functions.length > 3 ? `Taken by ${functions.map((one) => `\`${one}\``).join(', ')}. ` : ''
  const more = base === undefined ? '' : `Besides, all that ${linkTo(base)} takes.`
  const [doc = ''] = docOf(checker, symbol).split(/(?<=\.) /)
  const lines = rows.map((row) => `| ${row.join(' | ')} |\n`).join('')
  const table = '| option | type | default | takes | meaning |\n| --- | --- | --- | --- | --- |\n'
  const intro = `### ${title}\n\n\`${symbol.name}\`: ${doc} ${by}${more}`.trimEnd()
  return { title, text: rows.length === 0 ? `${intro}\n` : `${intro}\n\n${table}${lines}` }
}
