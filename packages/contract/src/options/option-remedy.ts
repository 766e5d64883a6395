import { describeSchema, isClass, isPromise } from './describe-value.ts'
import { nearestName } from './nearest-name.ts'
import { isIterable, tablesOf } from './option-fit.ts'
import { join } from './option-names.ts'
import type { AnyOptionTable, OptionSchema } from './option-contract.ts'

const AWAIT = 'Await it first.'

/** What to do about a value that an option does not take. `isEntry` says whether a list of this schema takes the value as an entry. */
export function remedyFor(
  schema: OptionSchema,
  value: unknown,
  { path, isEntry }: { readonly path: string; isEntry?(items: OptionSchema): boolean },
): string {
  if (isPromise(value)) return AWAIT
  const meant = typeof value === 'string' ? nearestName(value, wordsOf(schema)) : undefined
  if (meant !== undefined) return `Did you mean ${JSON.stringify(meant)}?`
  if (schema.items !== undefined && isEntry?.(schema.items)) return `Put it in a list: ${path}: [ … ].`
  if (takesRecord(schema) && isIterable(value)) return 'Give Object.fromEntries(…) of it.'
  return schema.kind?.remedy?.(value) ?? plainRemedy(schema, value)
}

function plainRemedy(schema: OptionSchema, value: unknown): string {
  const what = describeSchema(schema)
  if (value === null) return `Omit it, or give ${what}.`
  if (typeof value !== 'function' || isClass(value)) return `Give ${what}.`
  return `Call it: ${value.name === '' ? 'it' : `${value.name}(…)`}, or give ${what}.`
}

/** The words that an option takes, also in one of its forms. */
function wordsOf(schema: OptionSchema): string[] {
  const words = (schema.enum ?? []).filter((one) => typeof one === 'string')
  return [...words, ...(schema.anyOf ?? []).flatMap(wordsOf)]
}

function takesRecord({ additionalProperties, anyOf = [] }: OptionSchema): boolean {
  return additionalProperties !== undefined || anyOf.some(takesRecord)
}

/** What to do about a value that cannot hold options. */
export function remedyForOptions(value: unknown, { properties, required }: AnyOptionTable): string {
  if (isPromise(value)) return AWAIT
  if (typeof value === 'function' && value.name !== '' && !isClass(value)) return `Call it: ${value.name}(…).`
  return `Write { ${required[0] ?? Object.keys(properties)[0]}: … }.`
}

/** What to do about a name that is not an option. */
export function remedyForUnknown(key: string, table: AnyOptionTable, path: string): string {
  const names = Object.keys(table.properties)
  const meant = nearestName(key, names) ?? innerName(key, table)
  return meant === undefined ? `The options are ${names.join(', ')}.` : `Did you mean '${join(path, meant)}'?`
}

/** The same name in options within these. */
function innerName(key: string, { properties }: AnyOptionTable): string | undefined {
  for (const [name, schema] of Object.entries(properties)) {
    for (const table of [schema, ...(schema.anyOf ?? [])].flatMap(tablesOf)) {
      const inner = Object.hasOwn(table.properties, key) ? key : innerName(key, table)
      if (inner !== undefined) return join(name, inner)
    }
  }
  return undefined
}
