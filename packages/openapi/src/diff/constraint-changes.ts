import { isRecord, type JsonSchemaObject } from '@keelson/core/spi'
import { limitChanges } from './limit-changes.ts'

/** How the set of values that a schema takes has changed. */
export interface ConstraintChange {
  readonly effect: 'narrowed' | 'widened' | 'changed'
  readonly message: string
}

/** Keywords that say something or nothing; two different values cannot be compared. */
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

/** Compares what two schemas say of a value itself, not of its members. */
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
  if (isFree(after)) return [{ effect: 'widened', message: `It need no longer be ${before.join(' or ')}.` }]
  if (lost.length === 0 && won.length === 0) return []
  const effect = lost.length > 0 && won.length > 0 ? 'changed' : lost.length > 0 ? 'narrowed' : 'widened'
  return [{ effect, message: `Its type was ${before.join(' or ')}, now it is ${after.join(' or ')}.` }]
}

function covers(types: readonly string[], type: string): boolean {
  return types.includes(type) || (type === 'integer' && types.includes('number'))
}

/** Types that a schema takes, by its values or by `type`; none for any. */
function typesOf({ type, enum: values }: JsonSchemaObject): readonly string[] {
  const named = type === undefined ? [] : ([type].flat() as string[])
  if (!Array.isArray(values)) return named
  // An integer among the values is a number where numbers are what is taken.
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

/** A schema without values takes nothing. */
function oneOfText(values: readonly string[] = []): string {
  return values.length === 0 ? 'No value is right any more.' : `It must now be one of ${values.join(', ')}.`
}

function noLongerOneOfText(values: readonly string[]): string {
  return values.length === 0
    ? 'No value was right, now there are some.'
    : `It need no longer be one of ${values.join(', ')}.`
}

function valuesOf({ enum: values }: JsonSchemaObject): readonly string[] | undefined {
  return Array.isArray(values) ? values.map((value) => JSON.stringify(value)) : undefined
}

/** Formats that take what another one takes, and more. */
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

/** Compares by what the branches of a union are told apart; which branches there are is another matter. */
export function discriminatorChanges(base: JsonSchemaObject, head: JsonSchemaObject): ConstraintChange[] {
  const [was, is] = [base, head].map(({ discriminator }) =>
    isRecord(discriminator) ? (discriminator['propertyName'] as string) : undefined,
  )
  if (was === undefined || is === undefined || was === is) return mappingChanges(base, head)
  return [{ effect: 'changed', message: `Its branches were told apart by ${was}, now by ${is}.` }]
}

/** A value that stands for another branch. A component that only one side knows was renamed, or split in two. */
function mappingChanges(base: JsonSchemaObject, head: JsonSchemaObject): ConstraintChange[] {
  const [was, is] = [mappingOf(base), mappingOf(head)]
  const [known, still] = [was, is].map((mapping) => new Set(mapping.values())) as [Set<string>, Set<string>]
  return [...was].flatMap(([value, name]): ConstraintChange[] => {
    const other = is.get(value)
    if (other === undefined || other === name || !known.has(other) || !still.has(name)) return []
    return [
      { effect: 'changed', message: `The value ${value} stood for ${name}, now it stands for ${other}.` },
    ]
  })
}

/** Value of the discriminator to the name of the branch that it stands for (OpenAPI 3.1 §4.8.25). */
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
