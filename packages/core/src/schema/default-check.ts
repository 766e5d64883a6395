import { isPlain } from '../errors/index.ts'
import { canGenerateCode, createValidator } from './ajv.ts'
import { derive } from './derive.ts'
import { findTag } from './derive-union.ts'
import type { SchemaDocument } from './document.ts'
import { isOfType, isRecord, typesOf, type JsonSchema, type JsonSchemaObject } from './json-schema.ts'
import type { Problems } from './setup-problem.ts'
import { pathTo, schemasWithin } from './subschema.ts'

/**
 * Checks each default against its own schema. One that does not match would be filled in and then refused, so that every
 * call that omits the member would fail.
 *
 * @param document - one in which `checkSchema` found no problem
 * @param isFilled - whether defaults are filled in: for input
 */
export function checkDefaults(document: SchemaDocument, problems: Problems, isFilled: boolean): void {
  if (!document.hasDefaults) return
  for (const { node, path } of schemasWithin(document.root)) {
    const message = problemOfDefault(document, node)
    if (message !== undefined) {
      const remedy = 'Correct the default, or the schema.'
      problems.add(path, { code: 'ERR_CORE_SCHEMA_DEFAULT', message, remedy })
    }
    for (const key of isFilled ? tagsWithDefault(document, node) : [])
      problems.add(pathTo({ keyword: 'properties', key }, path), {
        code: 'ERR_CORE_SCHEMA_DEFAULT',
        message: 'The default is never filled in: this member tells the branches of the union apart.',
        remedy: 'Remove the default; callers send the member.',
      })
  }
}

/** Tags with a default in a branch. The document and the types would say that callers may omit them. */
function tagsWithDefault(document: SchemaDocument, node: JsonSchemaObject): string[] {
  return [node['anyOf'], node['oneOf']].filter(Array.isArray).flatMap((list) => {
    const members = list as JsonSchema[]
    const tag = findTag(document, members)
    return tag !== undefined && members.some((one) => hasDefault(document, one, tag)) ? [tag] : []
  })
}

function hasDefault(document: SchemaDocument, member: JsonSchema, name: string): boolean {
  const { properties } = document.target(member) as JsonSchemaObject
  return ((properties as JsonSchemaObject)[name] as JsonSchemaObject)['default'] !== undefined
}

function problemOfDefault(document: SchemaDocument, node: JsonSchemaObject): string | undefined {
  const value = node['default']
  if (value === undefined) return undefined
  const reason = whyNotJson(value)
  if (reason !== undefined) return `The default ${showValue(value)} is not a JSON value: it ${reason}.`
  // Without generated code there is no validator.
  if (isCertainlyValid(node, value) || !canGenerateCode()) return undefined
  const why = mismatchOf(document, node, value)
  return why === undefined ? undefined : `The default ${showValue(value)} does not match its schema: ${why}.`
}

/**
 * Why a JSON value does not match a part of a schema; undefined when it does. An undeclared member is a mismatch too.
 * Compiles a validator, which takes some milliseconds.
 */
export function mismatchOf(
  document: SchemaDocument,
  node: JsonSchemaObject,
  value: unknown,
): string | undefined {
  const validator = createValidator(derive(document, 'refuse', node))
  // The check sets defaults, and the value belongs to the user.
  const copy = structuredClone(value)
  if (validator.check(copy)) return undefined
  const first = validator.explain(copy).errors[0]
  const where = first === undefined || first.instancePath === '' ? '' : ` at ${first.instancePath}`
  return first === undefined ? 'does not match' : `${first.message ?? 'does not match'}${where}`
}

const MAX_SHOWN = 80

/** A value for a message: JSON where possible, cut after 80 characters. */
export function showValue(value: unknown): string {
  if (typeof value === 'function') return String(value).split('\n', 1)[0]!.slice(0, MAX_SHOWN)
  let text: string | undefined
  try {
    text = JSON.stringify(value)
  } catch {
    // A circular value, or one that holds a bigint.
  }
  const shown = typeof value === 'bigint' ? `${value}n` : (text ?? String(value))
  const whole = typeof value === 'number' ? String(value) : shown
  return whole.length <= MAX_SHOWN ? whole : `${whole.slice(0, MAX_SHOWN)}…`
}

/** Why JSON cannot hold a value. Defaults are small, but may be circular. */
function whyNotJson(value: unknown, above: readonly object[] = []): string | undefined {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return undefined
    case 'number':
      return Number.isFinite(value) ? undefined : `is ${value}`
    case 'object':
      return value === null ? undefined : whyNotJsonObject(value, above)
    default:
      return above.length === 0 ? `is a ${typeof value}` : `holds a ${typeof value}`
  }
}

function whyNotJsonObject(value: object, above: readonly object[]): string | undefined {
  if (above.includes(value)) return 'holds itself'
  if (!Array.isArray(value) && !isPlain(value)) {
    return `is an instance of ${(value as { constructor?: { name?: string } }).constructor?.name ?? 'a class'}`
  }
  for (const member of Object.values(value)) {
    const found = member === undefined ? undefined : whyNotJson(member, [...above, value])
    if (found !== undefined) return found
  }
  return undefined
}

/** The keywords that `isCertainlyValid` checks. */
const UNDERSTOOD = new Set(['type', 'const', 'enum', 'minimum', 'maximum', 'minLength', 'maxLength'])
const UNDERSTOOD_OF_LISTS = new Set(['type', 'items', 'minItems', 'maxItems'])

/** Whether a scalar or a list as a default certainly matches. Most do, and then need no validator, which takes milliseconds to compile. */
function isCertainlyValid(node: JsonSchemaObject, value: unknown): boolean {
  const keywords = Object.keys(node)
  const { anyOf } = node
  if (Array.isArray(anyOf) && keywords.every((keyword) => keyword === 'anyOf' || TEXTS.has(keyword)))
    return anyOf.some((part) => isRecord(part) && isCertainlyValid(part, value))
  if (Array.isArray(value)) return isCertainlyList(node, value)
  if (
    typeof value === 'object' ||
    !keywords.every((keyword) => UNDERSTOOD.has(keyword) || TEXTS.has(keyword))
  )
    return false
  const isOfSome = (typesOf(node) ?? []).some((type) => isOfType(value, type))
  return isLiteral(node, value) && isWithin(node, value) && isOfSome
}

function isCertainlyList(node: JsonSchemaObject, list: readonly unknown[]): boolean {
  if (!Object.keys(node).every((keyword) => UNDERSTOOD_OF_LISTS.has(keyword) || TEXTS.has(keyword)))
    return false
  const { items, minItems = 0, maxItems = list.length } = node
  const hasRoom = Number(minItems) <= list.length && Number(maxItems) >= list.length
  const areItems = list.every((item) => isRecord(items) && isCertainlyValid(items, item))
  return (typesOf(node) ?? []).includes('array') && hasRoom && areItems
}

function isLiteral({ const: literal, enum: literals }: JsonSchemaObject, value: unknown): boolean {
  if (literal !== undefined && literal !== value) return false
  return literals === undefined || (literals as unknown[]).includes(value)
}

function isWithin({ minimum, maximum, minLength, maxLength }: JsonSchemaObject, value: unknown): boolean {
  if (typeof value === 'number') return Number(minimum ?? value) <= value && Number(maximum ?? value) >= value
  if (typeof value !== 'string') return true
  // Code units are never fewer than characters, and never more than twice as many.
  return (
    value.length <= Number(maxLength ?? value.length) && Math.ceil(value.length / 2) >= Number(minLength ?? 0)
  )
}

/** Keywords that do not restrict values. */
const TEXTS = new Set(['default', 'title', 'description', 'examples', 'example', 'deprecated'])
