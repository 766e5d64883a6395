// Without this file the reference of options would show objects of options within others as one word.
import ts from 'typescript'
import type { Known, Option, Section } from './option-rows.ts'
import type { AnyOptionTable, OptionSchema } from './option-tables.ts'
import { formsOf, isOurs, symbolOf } from './option-takers.ts'

/** What is known of the members of an option: a section that has them, or their tables. */
export interface Inner {
  readonly section?: Section
  readonly options?: readonly TabledType[]
}

interface TabledType {
  readonly table: AnyOptionTable
  readonly type: ts.Type | undefined
  readonly prefix: string
}

/** Options within an option. */
export function innerOf(
  checker: ts.TypeChecker,
  { schema, property, path }: Option,
  { sections, tables }: Known,
): Inner {
  const found = nestedTables(schema, path)
  const sizeOf = (type: ts.Type): number => checker.getPropertiesOfType(type).length
  const forms = (
    property === undefined ? [] : elementsOf(checker, checker.getTypeOfSymbol(property))
  ).toSorted((a, b) => sizeOf(a) - sizeOf(b))
  const tabled = forms.find((form) => tables.has(symbolOf(form) as ts.Symbol))
  const section = tabled && sections.get(symbolOf(tabled) as ts.Symbol)
  if (section !== undefined) return { section }
  // The table of a type may say more than the one that stands here for its names alone.
  const better = tabled && tables.get(symbolOf(tabled) as ts.Symbol)
  const declaredTypeOf = (table: AnyOptionTable): ts.Type | undefined => {
    const symbol = [...tables].find(([, one]) => one === table)?.[0]
    return symbol && checker.getDeclaredTypeOfSymbol(symbol)
  }
  const own = found.map(({ table, prefix }): TabledType => {
    const names = Object.keys(table.properties)
    const type = forms.find((form) => names.every((name) => checker.getPropertyOfType(form, name)))
    return { table, type: type ?? declaredTypeOf(table), prefix }
  })
  const options: readonly TabledType[] =
    better === undefined || found.length > 1
      ? own
      : [{ table: better, type: tabled, prefix: found[0]?.prefix ?? `${path}.` }]
  // What node:tls takes is written there, and changes with it.
  const isForeign = ({ type }: TabledType): boolean =>
    type !== undefined && !checker.getPropertiesOfType(type).every(isOurs)
  return { options: options.filter((one) => !isForeign(one)) }
}

function nestedTables(schema: OptionSchema, path: string): { table: AnyOptionTable; prefix: string }[] {
  const { table, items, additionalProperties, anyOf = [], choice } = schema
  return [
    ...(table === undefined ? [] : [{ table, prefix: `${path}.` }]),
    ...(items === undefined ? [] : nestedTables(items, `${path}[]`)),
    ...(additionalProperties === undefined ? [] : nestedTables(additionalProperties, `${path}.*`)),
    ...anyOf.flatMap((one) => nestedTables(one, path)),
    ...Object.entries(choice?.tables ?? {}).map(([value, one]) => ({
      table: one,
      prefix: `${path}(${value}).`,
    })),
  ]
}

/** The forms of a type, and of the members of lists and records that it may be, two deep. */
function elementsOf(checker: ts.TypeChecker, type: ts.Type, depth = 2): readonly ts.Type[] {
  return formsOf(checker, type).flatMap((form) => {
    const inner = form.getNumberIndexType() ?? form.getStringIndexType()
    const isText = (form.flags & ts.TypeFlags.StringLike) !== 0
    return inner === undefined || isText || depth === 0 ? [form] : elementsOf(checker, inner, depth - 1)
  })
}
