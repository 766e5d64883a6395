import { describeSchema } from './describe-value.ts'
import { fits } from './option-fit.ts'
import type {
  AnyOptionTable,
  OptionEntries,
  OptionKind,
  OptionSchema,
  OptionTable,
  RequiredOption,
} from './option-contract.ts'

type About = Pick<OptionSchema, 'default' | 'what'>
type Bounds = About & Pick<OptionSchema, 'minimum' | 'maximum' | 'isZeroOff'>

/**
 * Makes the table of an interface of options. A missing or an additional entry does not compile.
 *
 * @throws {RangeError} for a default that the option itself does not take
 * @example
 * const GREETING_OPTIONS = optionTable<GreetingOptions>({ times: required(integer('How often.')), isLoud: flag('…') })
 */
export function optionTable<T>(
  properties: OptionEntries<T>,
  { isInstance = false }: { readonly isInstance?: boolean } = {},
): OptionTable<T> {
  const entries = Object.entries<OptionSchema>(properties)
  for (const [name, schema] of entries) assertDefault(name, schema)
  const required = entries.filter(([, schema]) => schema.isRequired === true).map(([name]) => name)
  const defaults = Object.fromEntries(entries.map(([name, schema]) => [name, schema.default]))
  return { properties, required, defaults, isInstance }
}

/** Who writes a default down must get what it is without. Of options with members the reader is not asked. */
function assertDefault(name: string, schema: OptionSchema): void {
  const isPlain = schema.type !== 'array' && (schema.type ?? schema.enum) !== undefined
  if (schema.default === undefined || !isPlain || fits(schema, schema.default)) return
  throw new RangeError(`The default of option ${name} must be ${describeSchema(schema)}.`)
}

/** Marks an option that must be given. */
export function required(schema: OptionSchema): RequiredOption {
  return { ...schema, isRequired: true }
}

/** `true` or `false`. */
export function flag(description: string, about?: About): OptionSchema {
  return { type: 'boolean', description, ...about }
}

/** A text. */
export function text(
  description: string,
  about?: About & Pick<OptionSchema, 'pattern' | 'minLength'>,
): OptionSchema {
  return { type: 'string', description, ...about }
}

/** A whole number. */
export function integer(description: string, about?: Bounds): OptionSchema {
  return { type: 'integer', minimum: 0, maximum: Number.MAX_SAFE_INTEGER, description, ...about }
}

/** Longest time that a timer of Node can wait, ms; with a longer one it fires at once. */
const MAX_TIMER_MS = 2_147_483_647

/** A time in milliseconds that something waits for: from 0 to what a timer can wait, unless the bounds are narrower. */
export function milliseconds(description: string, about: Bounds = {}): OptionSchema {
  const { minimum = 0, maximum = MAX_TIMER_MS } = about
  const what = `a number of milliseconds from ${minimum} to ${maximum}`
  return { type: 'number', what, description, ...about, minimum, maximum }
}

/** One of a few texts or other literals. */
export function oneOf(
  values: readonly (string | number | boolean)[],
  description: string,
  about?: About,
): OptionSchema {
  return { enum: values, description, ...about }
}

/** A list. */
export function listOf(
  items: OptionSchema,
  description?: string,
  about?: About & Pick<OptionSchema, 'minItems' | 'isNestable'>,
): OptionSchema {
  return { type: 'array', items, description: description ?? items.description, ...about }
}

/** An object whose names the user chooses. */
export function recordOf(
  members: OptionSchema,
  description?: string,
  propertyNames?: OptionSchema,
): OptionSchema {
  return { additionalProperties: members, propertyNames, description: description ?? members.description }
}

/** Options within an option. */
export function nested<T>(table: OptionTable<T>, description: string): OptionSchema {
  return { table: table as unknown as AnyOptionTable, description }
}

type Tables<T, K extends keyof T> = {
  readonly [V in T[K] & string]: OptionTable<Extract<T, { readonly [_ in K]: V }>>
}

/** Options within an option, of which one decides which others there are: a union of interfaces. */
export function chosenBy<T>() {
  return <K extends keyof T & string>(by: K, tables: Tables<T, K>, description: string): OptionSchema => ({
    choice: { by, tables: tables as unknown as Readonly<Record<string, AnyOptionTable>> },
    description,
  })
}

/** A value of one of several forms. */
export function either(...anyOf: readonly OptionSchema[]): OptionSchema {
  return { anyOf, description: anyOf[0]?.description }
}

/** A function. */
export function callable(description: string, what = 'a function'): OptionSchema {
  return { kind: { what, test: (value) => typeof value === 'function' }, description }
}

/** A value of a kind that JSON does not have. */
export function ofKind(kind: OptionKind, description: string): OptionSchema {
  return { kind, description }
}

/** Any value; other code checks it. */
export function anything(description: string, about?: About): OptionSchema {
  return { description, ...about }
}

/** The kind of objects that have these methods. */
export function withMethods(what: string, methods: readonly string[]): OptionKind {
  const lacking = (value: unknown): string[] =>
    methods.filter((name) => typeof (value as Readonly<Record<string, unknown>>)[name] !== 'function')
  const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null
  return {
    what,
    test: (value) => isObject(value) && lacking(value).length === 0,
    isMeant: (value) => isObject(value) && lacking(value).length < methods.length,
    remedy: (value) =>
      isObject(value)
        ? `It lacks ${lacking(value).join(', ')}; give an object with these methods.`
        : undefined,
  }
}

/** An `AbortSignal`, of this realm or another. */
export const SIGNAL: OptionKind = {
  what: 'an AbortSignal',
  test: (value) =>
    typeof (value as AbortSignal | null | undefined)?.aborted === 'boolean' &&
    typeof (value as AbortSignal).addEventListener === 'function',
}
