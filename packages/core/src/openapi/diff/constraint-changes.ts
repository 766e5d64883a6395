import type { JsonSchemaObject } from '../../schema/index.ts'

/** How the set of values that a schema takes has changed. */
export interface ConstraintChange {
  readonly effect: 'narrowed' | 'widened' | 'changed'
  readonly message: string
}

/** Keywords whose greater value takes fewer values; an absent one is no limit. */
const LOWER_LIMITS = ['minimum', 'exclusiveMinimum', 'minLength', 'minItems', 'minProperties', 'minContains']
/** Keywords whose smaller value takes fewer values. */
const UPPER_LIMITS = ['maximum', 'exclusiveMaximum', 'maxLength', 'maxItems', 'maxProperties', 'maxContains']
/** Keywords that say something or nothing; two different values cannot be compared. */
const OPAQUE = [
  'pattern',
  'format',
  'multipleOf',
  'contentEncoding',
  'contentMediaType',
  'not',
  'propertyNames',
  'if',
  'dependentRequired',
]

/** Compares what two schemas say of a value itself, not of its members. */
export function constraintChanges(base: JsonSchemaObject, head: JsonSchemaObject): ConstraintChange[] {
  return [
    ...typeChanges(base, head),
    ...valueChanges(base, head),
    ...limitChanges(base, head),
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

/** Types that a schema takes, by `type` or by its values; none for any. */
function typesOf({ type, enum: values, const: only }: JsonSchemaObject): readonly string[] {
  if (type !== undefined) return [type].flat() as string[]
  const all = only === undefined ? (values as unknown[] | undefined) : [only]
  return [
    ...new Set(
      (all ?? []).map((value) => (value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value)),
    ),
  ]
}

function valueChanges(base: JsonSchemaObject, head: JsonSchemaObject): ConstraintChange[] {
  const before = valuesOf(base)
  const after = valuesOf(head)
  if (before === undefined && after === undefined) return []
  if (before === undefined) return [{ effect: 'narrowed', message: `It must now be one of ${list(after)}.` }]
  if (after === undefined)
    return [{ effect: 'widened', message: `It need no longer be one of ${list(before)}.` }]
  const lost = before.filter((value) => !after.includes(value))
  const won = after.filter((value) => !before.includes(value))
  return [
    ...(lost.length === 0
      ? []
      : [{ effect: 'narrowed' as const, message: `It can no longer be ${list(lost)}.` }]),
    ...(won.length === 0 ? [] : [{ effect: 'widened' as const, message: `It can now be ${list(won)}.` }]),
  ]
}

function valuesOf({ enum: values, const: only }: JsonSchemaObject): readonly string[] | undefined {
  if (only !== undefined) return [JSON.stringify(only)]
  return Array.isArray(values) ? values.map((value) => JSON.stringify(value)) : undefined
}

function list(values: readonly string[] | undefined): string {
  return (values ?? []).join(', ')
}

function limitChanges(base: JsonSchemaObject, head: JsonSchemaObject): ConstraintChange[] {
  const compare = (keyword: string, sign: 1 | -1): ConstraintChange[] => {
    const before = limitOf(base, keyword, sign)
    const after = limitOf(head, keyword, sign)
    if (before === after) return []
    const show = (value: number): string => (Number.isFinite(value) ? String(value) : 'none')
    return [
      {
        effect: (after - before) * sign > 0 ? 'narrowed' : 'widened',
        message: `Its ${keyword} was ${show(before)}, now it is ${show(after)}.`,
      },
    ]
  }
  return [
    ...LOWER_LIMITS.flatMap((keyword) => compare(keyword, 1)),
    ...UPPER_LIMITS.flatMap((keyword) => compare(keyword, -1)),
  ]
}

function limitOf(schema: JsonSchemaObject, keyword: string, sign: 1 | -1): number {
  const value = schema[keyword]
  return typeof value === 'number' ? value : -sign * Infinity
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
