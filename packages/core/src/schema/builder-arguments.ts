import { Kind } from '@sinclair/typebox'
import { isPlain, isPromise } from '../errors/index.ts'
import { isRecord } from './json-schema.ts'
import { isTypeBoxSchema } from './schema-kind.ts'
import { remedyForUnmade } from './unmade-schema.ts'

/** One argument of a function of the builder, and the remedy for a value that it does not accept. */
export interface Argument {
  readonly what: string
  readonly test: (value: unknown) => boolean
  readonly remedy: (value: unknown, call: string) => string
}

/** The start checks it. */
const ANY: Argument = { what: 'anything', test: () => true, remedy: () => '' }

const OPTIONS: Argument = {
  what: 'an object of options',
  test: (value) => value === undefined || (isRecord(value) && !isTypeBoxSchema(value) && !isPromise(value)),
  remedy: (value) =>
    typeof value === 'function'
      ? `Call it: ${value.name || '…'}(…).`
      : `Write { description: '…' }, or omit it.`,
}

/** A schema, where another value would not be noticed. */
export const SCHEMA: Argument = {
  what: 'a schema that t made',
  test: isTypeBoxSchema,
  remedy: remedyForUnmade,
}

/** TypeBox makes an object without members of any other kind. */
const WITH_MEMBERS = new Set([
  'Object',
  'Intersect',
  'Union',
  'Ref',
  'This',
  'Computed',
  'MappedResult',
  'MappedKey',
])

const OBJECT: Argument = {
  what: 'the schema of an object',
  test: (value) => isTypeBoxSchema(value) && WITH_MEMBERS.has(value[Kind]),
  remedy: (value) =>
    isTypeBoxSchema(value) ? 'Give what t.Object, t.Intersect or t.Union made.' : remedyForUnmade(value),
}

const LIST: Argument = {
  what: 'a list of schemas',
  test: Array.isArray,
  remedy: (value, call) =>
    isTypeBoxSchema(value) ? `Put them in a list: ${call}([ … ]).` : `Write ${call}([ … ]).`,
}

/** TypeBox silently omits a member that is not a schema. */
const OBJECTS: Argument = {
  ...LIST,
  test: (value) => Array.isArray(value) && value.every(isTypeBoxSchema),
  remedy: (value, call) =>
    Array.isArray(value)
      ? remedyForUnmade(value.find((one) => !isTypeBoxSchema(one)))
      : LIST.remedy(value, call),
}

const PROPERTIES: Argument = {
  what: 'an object of schemas by name',
  test: (value) => isRecord(value) && isPlain(value) && !isPromise(value),
  remedy: (_, call) => `Write ${call}({ id: t.String() }); for no members, ${call}({}).`,
}

export const FUNCTION: Argument = {
  what: 'a function that returns a schema',
  test: (value) => typeof value === 'function',
  remedy: (_, call) => `Write ${call}((self) => t.Object({ … })).`,
}

const LITERAL: Argument = {
  what: 'a text, a number or a boolean',
  test: (value) => ['string', 'number', 'boolean'].includes(typeof value),
  remedy: (value) =>
    value === null
      ? 'Write t.Null().'
      : isRecord(value) || Array.isArray(value)
        ? 'Write t.Const(…).'
        : remedyForUnmade(value),
}

const ENUM: Argument = {
  what: 'an enum: an object of texts and numbers',
  test: (value) =>
    isRecord(value) && !isTypeBoxSchema(value) && Object.values(value).every((one) => LITERAL.test(one)),
  remedy: (value) =>
    value === undefined ? remedyForUnmade(value) : "Write t.Union([t.Literal('a'), t.Literal('b')]).",
}

export const KEYS: Argument = {
  what: 'a list of names',
  test: (value) => Array.isArray(value) || isTypeBoxSchema(value),
  remedy: (value) => (typeof value === 'string' ? `Put it in a list: ['${value}'].` : "Write ['id']."),
}

const REFERENCE: Argument = {
  what: 'a name, or a schema that has an $id',
  test: (value) => typeof value === 'string' || (isTypeBoxSchema(value) && typeof value.$id === 'string'),
  remedy: (value) => (isTypeBoxSchema(value) ? "Give it one: { $id: 'Order' }." : remedyForUnmade(value)),
}

const PATTERN: Argument = {
  what: 'a regular expression',
  test: (value) => typeof value === 'string' || (isRecord(value) && typeof value['source'] === 'string'),
  remedy: () => 'Write t.RegExp(/^a/).',
}

const TEMPLATE: Argument = {
  what: 'a template, or a list of its parts',
  test: (value) => typeof value === 'string' || (Array.isArray(value) && value.every(isTypeBoxSchema)),
  remedy: () => "Write t.TemplateLiteral('x-${string}').",
}

/** Arguments by function. Wrong arguments of other functions are found in the schema, at start, with their place in the data. */
export const ARGUMENTS: Readonly<Record<string, readonly Argument[]>> = {
  ...each(['Any', 'Boolean', 'Integer', 'Null', 'Number', 'String', 'Unknown', 'Unsafe'], [OPTIONS]),
  ...each(['Intersect', 'Tuple', 'Union'], [LIST, OPTIONS]),
  ...each(['Capitalize', 'KeyOf', 'Lowercase', 'Uncapitalize', 'Uppercase'], [SCHEMA, OPTIONS]),
  ...each(['Array', 'Const', 'Not'], [ANY, OPTIONS]),
  ...each(['Partial', 'Required'], [OBJECT, OPTIONS]),
  ...each(['Omit', 'Pick'], [OBJECT, KEYS, OPTIONS]),
  ...each(['Exclude', 'Extract'], [SCHEMA, SCHEMA, OPTIONS]),
  Composite: [OBJECTS, OPTIONS],
  Enum: [ENUM, OPTIONS],
  Extends: [SCHEMA, SCHEMA, SCHEMA, SCHEMA, OPTIONS],
  Index: [SCHEMA, KEYS, OPTIONS],
  Literal: [LITERAL, OPTIONS],
  Mapped: [KEYS, FUNCTION, OPTIONS],
  Module: [PROPERTIES],
  Object: [PROPERTIES, OPTIONS],
  Record: [SCHEMA, ANY, OPTIONS],
  Recursive: [FUNCTION, OPTIONS],
  Ref: [REFERENCE, OPTIONS],
  RegExp: [PATTERN, OPTIONS],
  TemplateLiteral: [TEMPLATE, OPTIONS],
}

function each(names: readonly string[], list: readonly Argument[]): Record<string, readonly Argument[]> {
  return Object.fromEntries(names.map((name) => [name, list]))
}
