// A value of a JSON Schema with what it requires and no more.
import { textValues, type TextPlace } from './text-values.ts'

type Schema = Readonly<Record<string, unknown>>

/** Where a value of JSON stands. */
export interface JsonPlace {
  /** Begins its texts. */
  readonly name: string
  readonly number: number
}

/** Undefined for a schema that is not read here. */
export function jsonValue(schema: unknown, place: JsonPlace): unknown {
  if (typeof schema !== 'object' || schema === null) return schema === true ? {} : undefined
  const node = schema as Schema
  if ('const' in node) return node['const']
  if (Array.isArray(node['enum'])) return node['enum'][0] as unknown
  if ('$ref' in node || 'not' in node) return undefined
  const { type } = node
  return combined(node, place) ?? typed(Array.isArray(type) ? (type[0] as unknown) : type, node, place)
}

/** The first of several that has a value, or all joined. */
function combined({ anyOf, oneOf = anyOf, allOf }: Schema, place: JsonPlace): unknown {
  if (Array.isArray(oneOf)) return oneOf.map((one) => jsonValue(one, place)).find(isValue)
  if (!Array.isArray(allOf)) return undefined
  return Object.assign({}, ...allOf.map((one) => jsonValue(one, place) as object)) as unknown
}

function isValue(value: unknown): boolean {
  return value !== undefined && value !== null
}

function typed(type: unknown, node: Schema, place: JsonPlace): unknown {
  switch (type) {
    case 'string':
      return textOf(node, place)
    case 'integer':
    case 'number':
      return numberOf(node, type)
    case 'boolean':
      return true
    case 'null':
      return null
    case 'array':
      return listOf(node, place)
    default:
      return objectOf(node, place)
  }
}

function textOf(node: Schema, { name, number }: JsonPlace): unknown {
  const { minLength, maxLength, pattern, format } = node as TextPlace['limits']
  const limits = { minLength, maxLength, pattern, format } as TextPlace['limits']
  const takes = (text: string): boolean =>
    text.length >= (minLength ?? 0) && text.length <= (maxLength ?? Infinity)
  const { count, at } = textValues({ name, limits, isFolded: false, takes })
  return at(number % count)
}

function numberOf(node: Schema, type: 'integer' | 'number'): number {
  const bound = (key: string): number | undefined => node[key] as number | undefined
  const step = bound('multipleOf') ?? (type === 'integer' ? 1 : 0.5)
  const above = bound('exclusiveMinimum')
  const below = bound('exclusiveMaximum')
  const least = bound('minimum') ?? (above === undefined ? undefined : above + step)
  const most = bound('maximum') ?? (below === undefined ? undefined : below - step)
  if (least !== undefined) return Math.ceil(least / step) * step
  return Math.min(step === 0.5 ? 1 : step, most === undefined ? Infinity : Math.floor(most / step) * step)
}

function listOf({ items, minItems }: Schema, { name, number }: JsonPlace): unknown[] {
  if (Array.isArray(items)) return items.map((one) => jsonValue(one, { name, number }))
  return Array.from({ length: (minItems as number | undefined) ?? 0 }, (_, at) =>
    jsonValue(items ?? true, { name, number: number + at }),
  )
}

function objectOf({ properties = {}, required = [] }: Schema, { number }: JsonPlace): object {
  const members = (required as readonly string[]).map((name) => [
    name,
    jsonValue((properties as Schema)[name] ?? true, { name, number }),
  ])
  return Object.fromEntries(members) as object
}
