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

/** What is wrong with a schema that no value can match, or a keyword that never applies. */
export interface Contradiction {
  readonly message: string
  readonly remedy: string
}

const BOUNDS = [
  ['minLength', 'maxLength'],
  ['minItems', 'maxItems'],
  ['minProperties', 'maxProperties'],
  ['minContains', 'maxContains'],
] as const

type Check = (node: JsonSchemaObject) => readonly Contradiction[]

/** What is looked at where one of some keywords stands. */
const CHECKS: readonly (readonly [keywords: readonly string[], check: Check])[] = [
  [BOUNDS.map(([low]) => low), bounds],
  [['minimum', 'exclusiveMinimum'], ranges],
  [['const', 'enum'], literals],
  [['required'], properties],
]
const CHECKED = keywordOrder(CHECKS.flatMap(([keywords]) => keywords))

/** Finds keywords that do not apply to the type beside them, and keywords that no value can satisfy together. */
export function contradictionsOf(node: JsonSchemaObject): readonly Contradiction[] {
  const wrong = misplaced(node)
  // Every schema of an app passes here, and most have none of these.
  const keywords = keywordsOf(node, CHECKED)
  if (keywords.length === 0) return wrong
  const checks = CHECKS.filter(([some]) => some.some((keyword) => keywords.includes(keyword)))
  return [...wrong, ...checks.flatMap(([, check]) => check(node))]
}

const NONE: readonly Contradiction[] = []

function misplaced(node: JsonSchemaObject): readonly Contradiction[] {
  const types = typesOf(node)
  if (types === undefined || types.length === 0) return NONE
  // Every schema of an app passes here: nothing is made where nothing is wrong.
  let found: Contradiction[] | undefined
  for (const keyword of Object.keys(node)) {
    const applies = expectedOf(keyword)?.types
    if (applies === undefined || node[keyword] === undefined || types.some((type) => applies.includes(type)))
      continue
    const instead = boundLike(keyword, node)
    found ??= []
    found.push({
      message: `The keyword "${keyword}" says nothing about ${types.join(' or ')}.`,
      remedy: instead === undefined ? 'Remove it, or change the type.' : `Write "${instead}".`,
    })
  }
  return found ?? NONE
}

function bounds(node: JsonSchemaObject): readonly Contradiction[] {
  return BOUNDS.flatMap(([low, high]) =>
    Number(node[low]) > Number(node[high])
      ? [empty(`${low} ${String(node[low])} is above ${high} ${String(node[high])}`)]
      : [],
  )
}

function ranges(node: JsonSchemaObject): readonly Contradiction[] {
  const low = stricter(limitsOf(node, 'minimum', 'exclusiveMinimum'), 1)
  const high = stricter(limitsOf(node, 'maximum', 'exclusiveMaximum'), -1)
  if (low === undefined || high === undefined) return []
  if (low.value > high.value) return [empty(`${low.text} is above ${high.text}`)]
  if (low.value === high.value && (low.isExclusive || high.isExclusive))
    return [empty(`there is nothing between ${low.text} and ${high.text}`)]
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

/** The higher (`1`) or lower (`-1`) of bounds; of two that are equal, the one that leaves itself out. */
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

function literals(node: JsonSchemaObject): Contradiction[] {
  const types = typesOf(node)
  const values = literalsIn(node)
  if (types === undefined || values === undefined || values.length === 0) return []
  // Types that JSON does not have are told elsewhere.
  if (types.some((type) => !isJsonType(type) || values.some((value) => isOfType(value, type)))) return []
  return [empty(`none of its literals is of type ${types.join(' or ')}`)]
}

function properties(node: JsonSchemaObject): Contradiction[] {
  const { required, additionalProperties, patternProperties, maxProperties } = node
  if (!Array.isArray(required)) return []
  if (Number(maxProperties) < required.length)
    return [empty(`it requires ${required.length} properties, and maxProperties is ${String(maxProperties)}`)]
  const known = isRecord(node['properties']) ? node['properties'] : {}
  if (additionalProperties !== false || patternProperties !== undefined) return []
  const lacking = required.filter((name) => typeof name === 'string' && !Object.hasOwn(known, name))
  return lacking.length === 0 ? [] : [empty(`it requires '${String(lacking[0])}', which it does not allow`)]
}

function empty(reason: string): Contradiction {
  return { message: `No value can match it: ${reason}.`, remedy: 'Correct one of them.' }
}
