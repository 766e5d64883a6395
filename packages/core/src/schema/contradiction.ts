import {
  isJsonType,
  isOfType,
  isRecord,
  keywordOrder,
  keywordsOf,
  literalsIn,
  typesOf,
  type JsonSchemaObject,
} from './json-schema.ts'
import { boundLike, expectedOf } from './schema-keywords.ts'
import type { SchemaProblem } from './setup-problem.ts'

const BOUNDS = [
  ['minLength', 'maxLength'],
  ['minItems', 'maxItems'],
  ['minProperties', 'maxProperties'],
  ['minContains', 'maxContains'],
] as const

type Check = (node: JsonSchemaObject) => readonly SchemaProblem[]

/** Checks of schemas that have one of some keywords. */
const CHECKS: readonly (readonly [keywords: readonly string[], check: Check])[] = [
  [BOUNDS.map(([low]) => low), bounds],
  [['minimum', 'exclusiveMinimum'], ranges],
  [['const', 'enum'], literals],
  [['required'], properties],
]
const CHECKED = keywordOrder(CHECKS.flatMap(([keywords]) => keywords))

/** Finds keywords that do not apply to the type of their schema, and keywords that no value can satisfy together. */
export function contradictionsOf(node: JsonSchemaObject): readonly SchemaProblem[] {
  const wrong = misplaced(node)
  // Runs for every schema of an app, and most have none of these.
  const keywords = keywordsOf(node, CHECKED)
  if (keywords.length === 0) return wrong
  const checks = CHECKS.filter(([some]) => some.some((keyword) => keywords.includes(keyword)))
  return [...wrong, ...checks.flatMap(([, check]) => check(node))]
}

const NONE: readonly SchemaProblem[] = []

function misplaced(node: JsonSchemaObject): readonly SchemaProblem[] {
  const types = typesOf(node)
  if (types === undefined || types.length === 0) return NONE
  // Runs for every schema of an app: no list is made without a problem.
  let found: SchemaProblem[] | undefined
  for (const keyword of Object.keys(node)) {
    const applies = expectedOf(keyword)?.types
    if (applies === undefined || node[keyword] === undefined || types.some((type) => applies.includes(type)))
      continue
    const instead = boundLike(keyword, node)
    found ??= []
    found.push({
      message: `The keyword "${keyword}" does not apply to ${types.join(' or ')}.`,
      remedy: instead === undefined ? 'Remove it, or change the type.' : `Write "${instead}".`,
    })
  }
  return found ?? NONE
}

function bounds(node: JsonSchemaObject): readonly SchemaProblem[] {
  return BOUNDS.flatMap(([low, high]) =>
    Number(node[low]) > Number(node[high])
      ? [empty(`${low} ${String(node[low])} is above ${high} ${String(node[high])}`)]
      : [],
  )
}

function ranges(node: JsonSchemaObject): readonly SchemaProblem[] {
  const low = stricter(limitsOf(node, 'minimum', 'exclusiveMinimum'), 1)
  const high = stricter(limitsOf(node, 'maximum', 'exclusiveMaximum'), -1)
  if (low === undefined || high === undefined) return []
  if (low.value > high.value) return [empty(`${low.text} is above ${high.text}`)]
  if (low.value === high.value && (low.isExclusive || high.isExclusive))
    return [empty(`there is no number between ${low.text} and ${high.text}`)]
  return isWithoutInteger(node, low, high)
    ? [empty(`there is no integer between ${low.text} and ${high.text}`)]
    : []
}

interface Limit {
  readonly value: number
  readonly isExclusive: boolean
  readonly text: string
}

function limitsOf(node: JsonSchemaObject, inclusive: string, exclusive: string): Limit[] {
  return [inclusive, exclusive].flatMap((name) => {
    const value = node[name]
    return typeof value === 'number'
      ? [{ value, isExclusive: name === exclusive, text: `${name} ${value}` }]
      : []
  })
}

/** The highest (`1`) or lowest (`-1`) bound; of two equal ones the exclusive one. */
function stricter(limits: readonly Limit[], sign: 1 | -1): Limit | undefined {
  return limits.toSorted(
    (a, b) => sign * (b.value - a.value) || Number(b.isExclusive) - Number(a.isExclusive),
  )[0]
}

function isWithoutInteger(node: JsonSchemaObject, low: Limit, high: Limit): boolean {
  const types = typesOf(node)
  if (types === undefined || types.some((type) => type !== 'integer')) return false
  const first = low.isExclusive ? Math.floor(low.value) + 1 : Math.ceil(low.value)
  return high.isExclusive ? first >= high.value : first > high.value
}

function literals(node: JsonSchemaObject): SchemaProblem[] {
  const types = typesOf(node)
  const values = literalsIn(node)
  if (types === undefined || values === undefined || values.length === 0) return []
  // Types that JSON does not have are another problem.
  if (types.some((type) => !isJsonType(type) || values.some((value) => isOfType(value, type)))) return []
  return [empty(`none of its literals is of type ${types.join(' or ')}`)]
}

function properties(node: JsonSchemaObject): SchemaProblem[] {
  const { required, additionalProperties, patternProperties, maxProperties } = node
  if (!Array.isArray(required)) return []
  if (Number(maxProperties) < required.length)
    return [empty(`it requires ${required.length} properties, and maxProperties is ${String(maxProperties)}`)]
  const known = isRecord(node['properties']) ? node['properties'] : {}
  if (additionalProperties !== false || patternProperties !== undefined) return []
  const lacking = required.filter((name) => typeof name === 'string' && !Object.hasOwn(known, name))
  return lacking.length === 0 ? [] : [empty(`it requires '${String(lacking[0])}', which it does not allow`)]
}

function empty(reason: string): SchemaProblem {
  return { message: `No value can match it: ${reason}.`, remedy: 'Correct one of them.' }
}
