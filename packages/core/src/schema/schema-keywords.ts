import { nearestName } from '../errors/index.ts'
import { isRecord, typesOf, type JsonSchemaObject } from './json-schema.ts'
import { isPattern } from './pattern.ts'

interface Expected {
  readonly what: string
  readonly test: (value: unknown) => boolean
  /** Types of the values that it applies to; `undefined` for all. */
  readonly types?: readonly string[]
}

const NUMBERS = ['number', 'integer']
const NUMBER: Expected = { what: 'a number', test: Number.isFinite, types: NUMBERS }
const COUNT: Expected = {
  what: 'a whole number of at least 0',
  test: (value) => Number.isSafeInteger(value) && (value as number) >= 0,
}
const SCHEMAS: Expected = {
  what: 'a list with members',
  test: (value) => Array.isArray(value) && value.length > 0,
}
const RECORD: Expected = { what: 'an object', test: isRecord }
const NAMES: Expected = {
  what: 'a list of names',
  test: (value) => Array.isArray(value) && value.every((name) => typeof name === 'string'),
}
const ANY: Expected = { what: 'anything', test: () => true }
const TEXT: Expected = { what: 'a text', test: (value) => typeof value === 'string' }
const FLAG: Expected = { what: 'true or false', test: (value) => typeof value === 'boolean' }

function of(type: string, expected: Expected): Expected {
  return { ...expected, types: [type] }
}

function each(expected: Expected, ...keywords: readonly string[]): Record<string, Expected> {
  return Object.fromEntries(keywords.map((keyword) => [keyword, expected]))
}

/** The known keywords, and what value each requires. */
const KEYWORDS: Readonly<Record<string, Expected>> = {
  ...each(NUMBER, 'minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum'),
  multipleOf: {
    what: 'a number above 0',
    test: (value) => Number.isFinite(value) && (value as number) > 0,
    types: NUMBERS,
  },
  ...each(of('string', COUNT), 'minLength', 'maxLength'),
  pattern: of('string', {
    what: 'a regular expression',
    test: (value) => typeof value === 'string' && isPattern(value),
  }),
  // Some formats apply to numbers.
  format: { ...TEXT, what: 'the name of a format', types: ['string', ...NUMBERS] },
  ...each(of('array', COUNT), 'minItems', 'maxItems', 'minContains', 'maxContains'),
  uniqueItems: of('array', FLAG),
  prefixItems: of('array', SCHEMAS),
  ...each(of('array', ANY), 'items', 'contains'),
  ...each(of('object', COUNT), 'minProperties', 'maxProperties'),
  required: of('object', NAMES),
  ...each(of('object', RECORD), 'properties', 'patternProperties', 'dependentRequired', 'dependentSchemas'),
  ...each(of('object', ANY), 'additionalProperties', 'propertyNames'),
  ...each(SCHEMAS, 'allOf', 'anyOf', 'oneOf', 'enum'),
  ...each(ANY, 'type', 'const', 'default', 'not', 'if', 'then', 'else', '$ref', '$dynamicRef'),
  ...each(ANY, 'unevaluatedProperties', 'unevaluatedItems', 'additionalItems'),
  // `components` holds schemas that only references use.
  ...each(RECORD, '$defs', 'definitions', 'components', '$vocabulary'),
  ...each(TEXT, '$id', '$schema', '$anchor', '$dynamicAnchor', '$comment', 'title', 'description'),
  ...each(TEXT, 'contentEncoding', 'contentMediaType'),
  ...each(FLAG, 'deprecated', 'readOnly', 'writeOnly'),
  ...each(ANY, 'examples', 'example', 'contentSchema', 'discriminator', 'externalDocs', 'xml'),
}
const EXPECTED = new Map(Object.entries(KEYWORDS))

/** The keywords that do not apply to all types. */
export const TYPED_KEYWORDS: readonly string[] = Object.keys(KEYWORDS).filter(
  (keyword) => KEYWORDS[keyword]?.types !== undefined,
)

/** What value a keyword requires; `undefined` for an unknown one. */
export function expectedOf(keyword: string): Expected | undefined {
  return EXPECTED.get(keyword)
}

/** Without short names, which are similar to too many words. */
const NAMES_OF_KEYWORDS = Object.keys(KEYWORDS).filter(
  (name) => name.length > 4 || name === 'type' || name === 'enum',
)

/** Keywords of other schema languages, and those of JSON Schema for a text, a list, an object, and a number. */
const ALIASES: Readonly<Record<string, readonly string[]>> = {
  min: ['minLength', 'minItems', 'minProperties', 'minimum'],
  max: ['maxLength', 'maxItems', 'maxProperties', 'maximum'],
  length: ['minLength" and "maxLength', 'minItems" and "maxItems', 'minProperties" and "maxProperties'],
  regex: ['pattern'],
  match: ['pattern'],
  gt: ['', '', '', 'exclusiveMinimum'],
  lt: ['', '', '', 'exclusiveMaximum'],
  step: ['', '', '', 'multipleOf'],
  unique: ['', 'uniqueItems'],
}
const SAME_WORD: Readonly<Record<string, string>> = {
  gte: 'min',
  ge: 'min',
  lte: 'max',
  le: 'max',
  len: 'length',
  size: 'length',
  regexp: 'regex',
  matches: 'match',
}
const TYPES = ['string', 'array', 'object']

/** What to write instead of keywords that have no equivalent. */
const INSTEAD: Readonly<Record<string, string>> = {
  nullable: 'Write t.Union([…, t.Null()]).',
  optional: 'Put t.Optional(…) around the property.',
  dependencies: 'Write "dependentRequired" or "dependentSchemas".',
}

/** The remedy for an unknown keyword, whose constraint would silently not hold; undefined for known ones. */
export function remedyForIgnored(node: JsonSchemaObject, keyword: string): string | undefined {
  if (node[keyword] === undefined || EXPECTED.has(keyword) || keyword.startsWith('x-')) return undefined
  if (isPlainRegExp(node) && (keyword === 'source' || keyword === 'flags')) return undefined
  const lower = keyword.toLowerCase()
  if (Object.hasOwn(INSTEAD, lower)) return INSTEAD[lower]
  const meant = aliasOf(node, lower) ?? nearestName(keyword, NAMES_OF_KEYWORDS)
  return meant === undefined ? 'Remove it; a note of your own begins with "x-".' : `Write "${meant}".`
}

/** The same bound for the type of a schema; `undefined` for a keyword that is not a bound. */
export function boundLike(keyword: string, node: JsonSchemaObject): string | undefined {
  const word = ['min', 'max'].find((one) => ALIASES[one]!.includes(keyword))
  const hasBounds = [...TYPES, ...NUMBERS].includes(typesOf(node)?.[0] ?? '')
  return word === undefined || !hasBounds ? undefined : aliasOf(node, word)
}

function aliasOf(node: JsonSchemaObject, word: string): string | undefined {
  const known = Object.hasOwn(SAME_WORD, word) ? SAME_WORD[word]! : word
  if (!Object.hasOwn(ALIASES, known)) return undefined
  const words = ALIASES[known]!
  const at = TYPES.indexOf(typesOf(node)?.[0] ?? 'string')
  const meant = words[at === -1 ? 3 : at]
  return meant === '' ? undefined : meant
}

/** `t.RegExp` without flags is a pattern. */
export function isPlainRegExp(node: JsonSchemaObject): boolean {
  return node['type'] === 'RegExp' && typeof node['source'] === 'string' && /^u?$/.test(String(node['flags']))
}
