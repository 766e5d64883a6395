import { nearestName } from '../errors/index.ts'
import { isRecord, typesOf, type JsonSchemaObject } from './json-schema.ts'
import { isPattern } from './pattern.ts'

interface Expected {
  readonly what: string
  readonly test: (value: unknown) => boolean
}

const NUMBER: Expected = { what: 'a number', test: Number.isFinite }
const COUNT: Expected = {
  what: 'a whole number from 0 on',
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

/** The keywords that do something, or describe what does, and what each wants. */
const KEYWORDS: Readonly<Record<string, Expected>> = {
  minimum: NUMBER,
  maximum: NUMBER,
  exclusiveMinimum: NUMBER,
  exclusiveMaximum: NUMBER,
  multipleOf: {
    what: 'a number above 0',
    test: (value) => Number.isFinite(value) && (value as number) > 0,
  },
  minLength: COUNT,
  maxLength: COUNT,
  minItems: COUNT,
  maxItems: COUNT,
  minProperties: COUNT,
  maxProperties: COUNT,
  minContains: COUNT,
  maxContains: COUNT,
  allOf: SCHEMAS,
  anyOf: SCHEMAS,
  oneOf: SCHEMAS,
  enum: SCHEMAS,
  prefixItems: SCHEMAS,
  properties: RECORD,
  patternProperties: RECORD,
  dependentSchemas: RECORD,
  dependentRequired: RECORD,
  $defs: RECORD,
  required: NAMES,
  uniqueItems: FLAG,
  pattern: {
    what: 'a regular expression',
    test: (value) => typeof value === 'string' && isPattern(value),
  },
  format: { what: 'the name of a format', test: (value) => typeof value === 'string' },
  type: ANY,
  const: ANY,
  items: ANY,
  contains: ANY,
  default: ANY,
  propertyNames: ANY,
  additionalProperties: ANY,
  unevaluatedProperties: ANY,
  unevaluatedItems: ANY,
  additionalItems: ANY,
  not: ANY,
  ...Object.fromEntries(['if', 'then', 'else'].map((keyword) => [keyword, ANY])),
  definitions: RECORD,
  // Schemas that only references name.
  components: RECORD,
  $id: TEXT,
  $ref: ANY,
  $dynamicRef: ANY,
  $schema: TEXT,
  $anchor: TEXT,
  $dynamicAnchor: TEXT,
  $vocabulary: RECORD,
  $comment: TEXT,
  title: TEXT,
  description: TEXT,
  examples: ANY,
  example: ANY,
  deprecated: FLAG,
  readOnly: FLAG,
  writeOnly: FLAG,
  contentEncoding: TEXT,
  contentMediaType: TEXT,
  contentSchema: ANY,
  discriminator: ANY,
  externalDocs: ANY,
  xml: ANY,
}
const EXPECTED = new Map(Object.entries(KEYWORDS))

/** What a keyword wants; `undefined` for one that means nothing. */
export function expectedOf(keyword: string): Expected | undefined {
  return EXPECTED.get(keyword)
}

/** Without the short ones, to which too many words are near. */
const NAMES_OF_KEYWORDS = Object.keys(KEYWORDS).filter(
  (name) => name.length > 4 || name === 'type' || name === 'enum',
)

/** Words of other schema languages: what is written here for a text, a list, an object, and a number. */
const FOREIGN: Readonly<Record<string, readonly string[]>> = {
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

/** What to write for keywords that have no namesake. */
const INSTEAD: Readonly<Record<string, string>> = {
  nullable: 'Write t.Union([…, t.Null()]).',
  optional: 'Put t.Optional(…) around the property.',
  dependencies: 'Write "dependentRequired" or "dependentSchemas".',
}

/** What to do about a keyword that means nothing, so that the constraint would silently not hold; undefined for others. */
export function remedyForIgnored(node: JsonSchemaObject, keyword: string): string | undefined {
  if (node[keyword] === undefined || EXPECTED.has(keyword) || keyword.startsWith('x-')) return undefined
  if (isPlainRegExp(node) && (keyword === 'source' || keyword === 'flags')) return undefined
  const lower = keyword.toLowerCase()
  if (Object.hasOwn(INSTEAD, lower)) return INSTEAD[lower]
  const meant = foreign(node, lower) ?? nearestName(keyword, NAMES_OF_KEYWORDS)
  return meant === undefined ? 'Remove it; a note of your own begins with "x-".' : `Write "${meant}".`
}

function foreign(node: JsonSchemaObject, word: string): string | undefined {
  const known = Object.hasOwn(SAME_WORD, word) ? SAME_WORD[word]! : word
  if (!Object.hasOwn(FOREIGN, known)) return undefined
  const words = FOREIGN[known]!
  const at = TYPES.indexOf(typesOf(node)?.[0] ?? 'string')
  const meant = words[at === -1 ? 3 : at]
  return meant === '' ? undefined : meant
}

/** `t.RegExp` without flags is a pattern. */
export function isPlainRegExp(node: JsonSchemaObject): boolean {
  return node['type'] === 'RegExp' && typeof node['source'] === 'string' && /^u?$/.test(String(node['flags']))
}
