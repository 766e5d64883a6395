// Without this file the reference of options has no rows: one for each option, from its table and its docstring.
import ts from 'typescript'
import type { AnyOptionTable, OptionSchema } from './option-tables.ts'
import { innerOf, type Inner } from './option-inner.ts'
import { symbolOf } from './option-takers.ts'
import { defaultOf, limitsOf, meaningOf, typeOf } from './option-words.ts'

/** Options that have a heading of their own. */
export interface Section {
  readonly title: string
  readonly table: AnyOptionTable | undefined
  readonly type: ts.Type
}

/** One option, and where it stands. */
export interface Option {
  readonly name: string
  readonly path: string
  readonly property: ts.Symbol | undefined
  readonly schema: OptionSchema
}

/** What is known of all options. */
export interface Known {
  readonly sections: ReadonlyMap<ts.Symbol, Section>
  readonly tables: ReadonlyMap<ts.Symbol, AnyOptionTable>
  /** Tables whose rows stand somewhere, with a link to that place. */
  readonly seen: Map<AnyOptionTable, string>
}

interface Options {
  readonly table: AnyOptionTable | undefined
  readonly type: ts.Type | undefined
  readonly prefix: string
}

interface Rows {
  readonly rows: readonly (readonly string[])[]
  /** Another section, all of whose options it has. */
  readonly base: Section | undefined
  readonly problems: readonly string[]
}

/** The rows of a section, options within options by their path: `health.livePath`. */
export function rowsOf(checker: ts.TypeChecker, section: Section, known: Known): Rows {
  const base = baseOf(checker, section, known)
  const link = linkTo(section)
  if (section.table !== undefined) known.seen.set(section.table, link)
  const skipped = new Set(base && namesOf(checker, base))
  const rows: string[][] = []
  const problems: string[] = []
  const pending = optionsIn(checker, { ...section, prefix: '' }).filter(({ name }) => !skipped.has(name))
  for (let one = pending.shift(); one !== undefined; one = pending.shift()) {
    const { meaning, problem } = meaningOf(checker, one.property, one.schema)
    if (problem !== undefined) problems.push(`${one.path} ${problem}`)
    const type = typeOf(checker, one.property, one.schema)
    if (type === undefined) problems.push(`${one.path} has no words for its type: give its entry \`what\`.`)
    const inner = innerOf(checker, one, known)
    const place = placeOf(inner, known)
    const isNeeded = isRequired(one)
    rows.push([
      `\`${one.path}\``,
      type ?? '',
      isNeeded ? 'required' : defaultOf(checker, one.property, one.schema),
      limitsOf(one.schema),
      place === undefined ? meaning : `${meaning} See ${place}.`,
    ])
    if (place !== undefined) continue
    const { options = [] } = inner
    for (const { table } of options) known.seen.set(table, `\`${one.path}\` of ${link}`)
    pending.unshift(...options.flatMap((each) => optionsIn(checker, each)))
  }
  return { rows, base, problems }
}

function optionsIn(checker: ts.TypeChecker, options: Options): readonly Option[] {
  const { table, type, prefix } = options
  return namesOf(checker, options).map((name) => ({
    name,
    path: prefix + name,
    property: type && checker.getPropertyOfType(type, name),
    schema: table?.properties[name] ?? {},
  }))
}

/** Where the members of an option stand already, when they are too many to be repeated. */
function placeOf({ section, options = [] }: Inner, { seen }: Known): string | undefined {
  if (section !== undefined) return linkTo(section)
  const size = options.reduce((sum, { table }) => sum + Object.keys(table.properties).length, 0)
  const [first] = options
  return size < 5 || first === undefined ? undefined : seen.get(first.table)
}

/** A link to a section of the page. */
export function linkTo({ title }: Section): string {
  const anchor = title.toLowerCase().replaceAll(/[^a-z0-9\s_-]/g, '')
  return `[${title}](#${anchor.replaceAll(' ', '-')})`
}

/** Some tables are of a `Partial`, since what is missing has a better message than theirs. */
function isRequired({ property, schema }: Option): boolean {
  if (schema.isRequired === true || property === undefined) return schema.isRequired === true
  return (property.flags & ts.SymbolFlags.Optional) === 0
}

/** Names in the order in which they are read, or written. */
function namesOf(
  checker: ts.TypeChecker,
  { table, type }: Pick<Options, 'table' | 'type'>,
): readonly string[] {
  if (table !== undefined) return Object.keys(table.properties)
  return type === undefined ? [] : checker.getPropertiesOfType(type).map((one) => one.name)
}

function baseOf(checker: ts.TypeChecker, section: Section, known: Known): Section | undefined {
  const own = new Set(namesOf(checker, section))
  const declared = checker.getDeclaredTypeOfSymbol(symbolOf(section.type) as ts.Symbol)
  const found = declared.isClassOrInterface() ? checker.getBaseTypes(declared) : []
  for (const type of found) {
    const base = known.sections.get(symbolOf(type) as ts.Symbol)
    if (base !== undefined && namesOf(checker, base).every((name) => own.has(name))) return base
  }
  return undefined
}
