import { isRecord, type JsonSchemaObject } from '@keelson/core/spi'
import { limitChanges } from './limit-changes.ts'

/** A change of the set of values that a schema accepts. */
export interface ConstraintChange {
  readonly effect: 'narrowed' | 'widened' | 'changed'
  readonly message: string
}

/** Message for a schema that accepts no value any more. */
export const NONE_NOW = 'No value is valid any more.'
/** Message for a schema that accepted no value. */
export const NONE_BEFORE = 'No value was valid, now some are.'

/** Keywords whose values cannot be compared, except with none. */
const OPAQUE = [
  'pattern',
  'contentEncoding',
  'contentMediaType',
  'not',
  'propertyNames',
  'contains',
  'minContains',
  'maxContains',
  'if',
  'then',
  'else',
  'dependentRequired',
  'dependentSchemas',
]

/** Compares the constraints of two schemas on a value itself, not on its members. */
export function constraintChanges(base: JsonSchemaObject, head: JsonSchemaObject): ConstraintChange[] {
  return [
    ...typeChanges(base, head),
    ...valueChanges(base, head),
    ...limitChanges(base, head),
    ...formatChanges(base, head),
    ...stepChanges(base, head),
    ...discriminatorChanges(base, head),
    ...opaqueChanges(base, head),
  ]
}

function typeChanges(base: JsonSchemaObject, head: JsonSchemaObject): ConstraintChange[] {
  const before = typesOf(base)
  const after = typesOf(head)
  const lost = before.filter((type) => !covers(after, type))
  const won = after.filter((type) => !covers(before, type))
  const isFree = (types: readonly string[]): boolean => types.length === 0
  if (isFree(before) && isFree(after)) return []
  if (isFree(before)) return [{ effect: 'narrowed', message: `It must now be ${after.join(' or ')}.` }]
  if (isFree(after)) return [{ effect: 'widened', message: `It no longer has to be ${before.join(' or ')}.` }]
  if (lost.length === 0 && won.length === 0) return []
  const effect = lost.length > 0 && won.length > 0 ? 'changed' : lost.length > 0 ? 'narrowed' : 'widened'
  return [{ effect, message: `Its type was ${before.join(' or ')}, now it is ${after.join(' or ')}.` }]
}

function covers(types: readonly string[], type: string): boolean {
  return types.includes(type) || (type === 'integer' && types.includes('number'))
}

/** Types that a schema accepts, by its values or by `type`; empty for any. */
function typesOf({ type, enum: values }: JsonSchemaObject): readonly string[] {
  const named = type === undefined ? [] : ([type].flat() as string[])
  if (!Array.isArray(values)) return named
  // An integer value is a number if the schema accepts numbers.
  return [
    ...new Set(
      values
        .map((value) => typeOf(value))
        .map((one) => (named.includes(one) || !covers(named, one) ? one : 'number')),
    ),
  ]
}

function typeOf(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'array'
  return Number.isInteger(value) ? 'integer' : typeof value
}

function valueChanges(base: JsonSchemaObject, head: JsonSchemaObject): ConstraintChange[] {
  const before = valuesOf(base)
  const after = valuesOf(head)
  if (before === undefined && after === undefined) return []
  if (before === undefined) return [{ effect: 'narrowed', message: oneOfText(after) }]
  if (after === undefined) return [{ effect: 'widened', message: noLongerOneOfText(before) }]
  const lost = before.filter((value) => !after.includes(value))
  const won = after.filter((value) => !before.includes(value))
  return [
    ...lost
      .slice(0, 1)
      .map(() => ({ effect: 'narrowed' as const, message: `It can no longer be ${lost.join(', ')}.` })),
    ...won
      .slice(0, 1)
      .map(() => ({ effect: 'widened' as const, message: `It can now be ${won.join(', ')}.` })),
  ]
}

/** A schema with an empty list of values accepts none. */
function oneOfText(values: readonly string[] = []): string {
  return values.length === 0 ? NONE_NOW : `It must now be one of ${values.join(', ')}.`
}

function noLongerOneOfText(values: readonly string[]): string {
  return values.length === 0 ? NONE_BEFORE : `It no longer has to be one of ${values.join(', ')}.`
}

function valuesOf({ enum: values }: JsonSchemaObject): readonly string[] | undefined {
  return Array.isArray(values) ? values.map((value) => JSON.stringify(value)) : undefined
}

/** Formats by the wider format that includes them. */
const WIDER: Readonly<Record<string, string>> = { int32: 'int64', float: 'double' }

function formatChanges(
  { format: was }: JsonSchemaObject,
  { format: is }: JsonSchemaObject,
): ConstraintChange[] {
  if (was === is) return []
  const message = `Its format was ${text(was)}, now it is ${text(is)}.`
  if (was === undefined || WIDER[is as string] === was) return [{ effect: 'narrowed', message }]
  return [{ effect: is === undefined || WIDER[was as string] === is ? 'widened' : 'changed', message }]
}

function stepChanges(
  { multipleOf: was }: JsonSchemaObject,
  { multipleOf: is }: JsonSchemaObject,
): ConstraintChange[] {
  if (was === is) return []
  const message = `Its multipleOf was ${text(was)}, now it is ${text(is)}.`
  const divides = (a: unknown, b: unknown): boolean => Number.isInteger((b as number) / (a as number))
  if (was === undefined || (is !== undefined && divides(was, is))) return [{ effect: 'narrowed', message }]
  return [{ effect: is === undefined || divides(is, was) ? 'widened' : 'changed', message }]
}

/** Compares the discriminators of two unions, not their branches. */
export function discriminatorChanges(base: JsonSchemaObject, head: JsonSchemaObject): ConstraintChange[] {
  const [was, is] = [base, head].map(({ discriminator }) =>
    isRecord(discriminator) ? (discriminator['propertyName'] as string) : undefined,
  )
  if (was === undefined || is === undefined || was === is) return mappingChanges(base, head)
  return [{ effect: 'changed', message: `Its discriminator was ${was}, now it is ${is}.` }]
}

/** Values that mean another branch. A component that only one document has was renamed, or split in two. */
function mappingChanges(base: JsonSchemaObject, head: JsonSchemaObject): ConstraintChange[] {
  const [was, is] = [mappingOf(base), mappingOf(head)]
  const [known, still] = [was, is].map((mapping) => new Set(mapping.values())) as [Set<string>, Set<string>]
  return [...was].flatMap(([value, name]): ConstraintChange[] => {
    const other = is.get(value)
    if (other === undefined || other === name || !known.has(other) || !still.has(name)) return []
    return [{ effect: 'changed', message: `The value ${value} meant ${name}, now it means ${other}.` }]
  })
}

/** Value of the discriminator to the name of its branch (OpenAPI 3.1 §4.8.25). */
export function mappingOf({ discriminator }: JsonSchemaObject): ReadonlyMap<string, string> {
  const mapping = isRecord(discriminator) ? discriminator['mapping'] : undefined
  if (!isRecord(mapping)) return new Map()
  return new Map(
    Object.entries(mapping).map(([value, target]) => [value, String(target).replace(/^.*\//, '')]),
  )
}

function text(value: unknown): string {
  return value === undefined ? 'none' : String(value as string)
}

function opaqueChanges(base: JsonSchemaObject, head: JsonSchemaObject): ConstraintChange[] {
  const changes = OPAQUE.flatMap((keyword): ConstraintChange[] => {
    const before = JSON.stringify(base[keyword])
    const after = JSON.stringify(head[keyword])
    if (before === after) return []
    const effect = before === undefined ? 'narrowed' : after === undefined ? 'widened' : 'changed'
    return [{ effect, message: `Its ${keyword} was ${before ?? 'none'}, now it is ${after ?? 'none'}.` }]
  })
  if ((base['uniqueItems'] === true) === (head['uniqueItems'] === true)) return changes
  const isNarrowed = head['uniqueItems'] === true
  return [
    ...changes,
    {
      effect: isNarrowed ? 'narrowed' : 'widened',
      message: `Its items must ${isNarrowed ? 'now' : 'no longer'} differ from each other.`,
    },
  ]
}
