// On the request path: reads the declared keys from the text of a query, path, header or cookie, coerced.
import type { Coerce, RawValue } from './coerce-value.ts'
import { declareFieldName } from './query.ts'

/** One declared key: the name of its text, and the name of its value. */
export interface TextField {
  readonly from: string
  readonly to: string
  /** `null` leaves the text as it is. */
  readonly coerce: Coerce | null
}

/** Which keys are read, and how each is coerced. */
export interface TextPlan {
  readonly fields: readonly TextField[]
  /** For keys that are not a field; the first match counts. */
  readonly patterns: readonly { readonly pattern: RegExp; readonly coerce: Coerce | null }[]
  /** For all other keys; `undefined` omits them. */
  readonly rest: { readonly coerce: Coerce | null } | undefined
}

/** Reads text by name into values by name: a new object, or the given one where it may be reused. */
export type TextReader = (raw: Readonly<Record<string, RawValue | undefined>>) => Record<string, unknown>

/** What a reader depends on besides the plan. */
export interface TextReaderOptions {
  /** Whether the object is made for one request, so that it may become the result when it needs no change. */
  readonly isFresh: boolean
  /** Whether a coercion may return `undefined`, as in a form. */
  readonly isForm: boolean
  /** Whether code may be generated for the fields. */
  readonly canGenerate: boolean
  /** Whether keys are read that the plan omits. */
  readonly takesAll: boolean
}

/** Makes the reader for a plan. */
export function createTextReader(declared: TextPlan, options: TextReaderOptions): TextReader {
  const plan = options.takesAll ? { ...declared, rest: declared.rest ?? { coerce: null } } : declared
  const read = chooseReader(plan, options)
  const isCoerced = [...plan.fields, ...plan.patterns, plan.rest].some(
    (one) => (one?.coerce ?? null) !== null,
  )
  return options.isForm && isCoerced ? filledReader(read) : read
}

/** Makes a function that says whether a plan reads a key. */
export function takenBy({ fields, patterns, rest }: TextPlan): (name: string) => boolean {
  const names = new Set(fields.map(({ from }) => from))
  return (name) => names.has(name) || rest !== undefined || patterns.some(({ pattern }) => pattern.test(name))
}

/** Removes keys without a value: the validator would count them as present, and a body has no such member. */
function filledReader(read: TextReader): TextReader {
  return (raw) => {
    const values = read(raw)
    for (const name of Object.keys(values)) if (values[name] === undefined) delete values[name]
    return values
  }
}

function chooseReader(plan: TextPlan, options: TextReaderOptions): TextReader {
  const { fields, patterns, rest } = plan
  for (const { from } of fields) declareFieldName(from)
  if (patterns.length > 0 || rest !== undefined) return openReader(plan)
  const read = options.canGenerate ? generateReader(fields) : fieldReader(fields)
  const isUnchanged = fields.every((field) => field.coerce === null && field.from === field.to)
  return options.isFresh && isUnchanged ? reusingReader(fields, read) : read
}

type Raw = Parameters<TextReader>[0]

/** What every object inherits is not a key. */
function readRaw(raw: Raw, name: string): RawValue | undefined {
  return name in Object.prototype && !Object.hasOwn(raw, name) ? undefined : raw[name]
}

function fieldReader(fields: readonly TextField[]): TextReader {
  return (raw) => {
    const values: Record<string, unknown> = {}
    for (const { from, to, coerce } of fields) {
      const text = readRaw(raw, from)
      if (text !== undefined) values[to] = coerce === null ? text : coerce(text)
    }
    return values
  }
}

/** {@link fieldReader} as generated code without a loop. */
function generateReader(fields: readonly TextField[]): TextReader {
  const lines = fields.map(({ from, to, coerce }, i) => {
    const text = from in Object.prototype ? `readRaw(raw, ${quote(from)})` : `raw[${quote(from)}]`
    const value = coerce === null ? `t${i}` : `c[${i}](t${i})`
    return `const t${i} = ${text}
if (t${i} !== undefined) values[${quote(to)}] = ${value}`
  })
  const body = `return function read(raw) {
const values = {}
${lines.join('\n')}
return values
}`
  const coercions = fields.map((field) => field.coerce)
  // oxlint-disable-next-line typescript/no-implied-eval -- names in the code are written by JSON.stringify
  return new Function('readRaw', 'c', body)(readRaw, coercions) as TextReader
}

/** Returns the given object itself when all its keys are declared. */
function reusingReader(fields: readonly TextField[], read: TextReader): TextReader {
  const names = new Set(fields.map((field) => field.to))
  const only = names.size === 1 ? fields[0]!.to : undefined
  return (raw) => {
    for (const key in raw) {
      if (key !== only && !names.has(key)) return read(raw)
    }
    return raw as Record<string, unknown>
  }
}

/** For schemas that accept keys that they do not name. */
function openReader({ fields, patterns, rest }: TextPlan): TextReader {
  const byName = new Map(fields.map((field) => [field.from, field]))
  const coercionOf = (name: string): Coerce | null | undefined => {
    for (const { pattern, coerce } of patterns) if (pattern.test(name)) return coerce
    return rest?.coerce
  }
  return (raw) => {
    // Keys come from outside: without a prototype `__proto__` is a key like any other.
    const values = { __proto__: null } as unknown as Record<string, unknown>
    for (const key of Object.keys(raw)) {
      const text = raw[key]
      if (text === undefined) continue
      const field = byName.get(key)
      const coerce = field === undefined ? coercionOf(key) : field.coerce
      if (coerce !== undefined) values[field?.to ?? key] = coerce === null ? text : coerce(text)
    }
    return values
  }
}

function quote(name: string): string {
  return JSON.stringify(name)
}
