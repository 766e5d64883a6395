// Without this file the reference of options has no words for types, limits and defaults.
import ts from 'typescript'
import type { OptionSchema } from './option-tables.ts'

const LONGEST_TYPE = 60

/** The type as it is written, or what the option takes where that says less; nothing where neither says anything. */
export function typeOf(
  checker: ts.TypeChecker,
  property: ts.Symbol | undefined,
  schema: OptionSchema,
): string | undefined {
  const words = inCell(wordsOf(schema))
  if (property === undefined) return words
  const type = checker.getNonNullableType(checker.getTypeOfSymbol(property))
  if (type.getCallSignatures().length > 0 && !type.isUnion()) return 'function'
  const [declaration] = property.declarations ?? []
  const node = declaration && ts.isPropertySignature(declaration) ? declaration.type : undefined
  const written = oneLine(node?.getText() ?? '').replace(/ \| undefined$/, '')
  if (isShort(written)) return inCell(`\`${written}\``)
  return words === '' ? (resolvedOf(checker, type) ?? nameOf(written)) : words
}

/** `Where<T['columns']>` is a `Where`, whatever its table is. */
function nameOf(written: string): string | undefined {
  const name = /^([A-Z]\w+)</.exec(written)?.[1]
  return name === undefined ? undefined : inCell(`\`${name}\``)
}

/** A type that its author wrote by parameters: what they stand for at least. */
function resolvedOf(checker: ts.TypeChecker, type: ts.Type): string | undefined {
  const bound = checker.getBaseConstraintOfType(type) ?? type
  const resolved = checker.typeToString(checker.getNonNullableType(bound))
  if (resolved === '{}' || resolved === 'unknown') return 'anything'
  return isShort(resolved) ? inCell(`\`${resolved}\``) : undefined
}

/** Whether a type says enough where it stands: no type parameter, and not too long. */
function isShort(type: string): boolean {
  return type !== '' && type.length <= LONGEST_TYPE && !/\b(?:T|C|T[A-Z]\w*)\b|=>|\bunknown\b/.test(type)
}

const oneLine = (text: string): string => text.replaceAll(/\s+/g, ' ').trim()

function wordsOf(schema: OptionSchema): string {
  const { kind, what, anyOf, type, items } = schema
  if (kind !== undefined) return kind.what
  if (type === 'array') return items === undefined ? 'list' : `list, each ${wordsOf(items) || 'anything'}`
  if (type !== undefined) return type
  if (what !== undefined) return what
  if (schema.enum !== undefined) return `\`${schema.enum.map(written).join(' | ')}\``
  if (schema.table !== undefined || schema.additionalProperties !== undefined) return 'an object'
  return [...new Set(anyOf?.map(wordsOf).filter(Boolean))].join(' or ')
}

/** What values are refused although they are of the type. */
export function limitsOf(schema: OptionSchema): string {
  const { items, anyOf, additionalProperties, propertyNames, minItems, minLength, pattern, what } = schema
  const each = items ?? additionalProperties
  const said = [
    ...(anyOf?.map(limitsOf) ?? []),
    numbersOf(schema),
    pattern === undefined ? '' : (what?.replace(/,$/, '') ?? `\`${pattern}\``),
    minLength === 1 || minItems === 1 ? 'not empty' : '',
    propertyNames === undefined ? '' : `names: ${limitsOf(propertyNames)}`,
    each === undefined || limitsOf(each) === '' ? '' : `each: ${limitsOf(each)}`,
  ]
  return inCell(said.filter(Boolean).join('; '))
}

function numbersOf({ type, minimum, maximum, isZeroOff }: OptionSchema): string {
  if (minimum === undefined) return ''
  const isOpen = maximum === undefined || maximum === Number.MAX_SAFE_INTEGER
  const whole = type === 'integer' ? 'whole, ' : ''
  if (minimum === Number.MIN_SAFE_INTEGER) return 'whole'
  const range = isOpen ? `${written(minimum)} or more` : `${written(minimum)} to ${written(maximum)}`
  return `${whole}${range}${isZeroOff === true ? '; 0 for no limit' : ''}`
}

const VALUE = String.raw`(\x60[^\x60]+\x60|\d(?:[\d,_.]*\d)?(?![\w-])|true\b|false\b)`
const DEFAULT = new RegExp(String.raw`\b[Dd]efault:? ${VALUE}(?=[.:;]|$)`)
/** A default that says nothing besides its value, and so can be taken out of its sentence, or is one. */
const IN_SENTENCE = new RegExp(String.raw`[;,] (?:by )?default:? ${VALUE}(?=[.;]|$)`)
const SENTENCE = new RegExp(String.raw`(^| )Default:? ${VALUE}\.(?= |$)`)

/** What the docstring of a limit says that 0 switches off, and where it can be taken out. */
const ZERO_OFF = /`0` for no(?:ne| limit)/
const ZERO_OFF_ALONE = / `0` for no(?:ne| limit)\.|; `0` for none(?=\.)/

/** What holds where the option is omitted. */
export function defaultOf(
  checker: ts.TypeChecker,
  property: ts.Symbol | undefined,
  schema: OptionSchema,
): string {
  const value = schema.default ?? schema.anyOf?.find((one) => one.default !== undefined)?.default
  if (value !== undefined) return inCell(`\`${written(value)}\``)
  const said = DEFAULT.exec(docOf(checker, property))?.[1]?.replaceAll('`', '').replaceAll('_', ',')
  return said === undefined ? '' : inCell(`\`${said}\``)
}

interface Meaning {
  readonly meaning: string
  /** What does not go together in it. */
  readonly problem?: string
}

/** What the docstring says, or the table where there is none; what has a column of its own, taken out. */
export function meaningOf(
  checker: ts.TypeChecker,
  property: ts.Symbol | undefined,
  schema: OptionSchema,
): Meaning {
  const doc = docOf(checker, property)
  const own = schema.description ?? ''
  if (doc + own === '') return { meaning: '', problem: 'has neither a docstring nor a description.' }
  if (doc !== '' && ZERO_OFF.test(doc) !== (schema.isZeroOff === true))
    return {
      meaning: '',
      problem: "says '0 for none' in its docstring or by isZeroOff in its table, and not in both.",
    }
  const rest = doc.replace(SENTENCE, '').replace(IN_SENTENCE, '').replace(ZERO_OFF_ALONE, '').trim()
  const meaning = inCell(rest === '' ? own : rest)
  const said = DEFAULT.exec(doc)?.[1]?.replaceAll(/[`'"_,]/g, '')
  const value = schema.default === undefined ? undefined : written(schema.default).replaceAll(/["',]/g, '')
  if (said === undefined || value === undefined || said === value) return { meaning }
  return { meaning, problem: `has the default ${value}, and its docstring says ${said}.` }
}

/** The docstring of a symbol, in one line. */
export function docOf(checker: ts.TypeChecker, symbol: ts.Symbol | undefined): string {
  const text = ts.displayPartsToString(symbol?.getDocumentationComment(checker))
  return oneLine(text.replaceAll(/\{@link(?:code)?\s+([^}|]+?)\s*(?:\|[^}]*)?\}/g, '`$1`'))
}

function written(value: unknown): string {
  return typeof value === 'number' ? value.toLocaleString('en') : JSON.stringify(value).replaceAll('"', "'")
}

function inCell(text: string): string {
  const parts = text.replaceAll('|', '\\|').split('`')
  return parts.map((part, at) => (at % 2 === 0 ? part.replaceAll('<', '&lt;') : part)).join('`')
}
