// On the request path: takes the declared keys out of the text of a query, path, header or cookie, coerced.
import type { Coerce, RawValue } from './coerce-value.ts'
import { declareFieldName } from './query.ts'

/** One declared key: where its text is found, and under which name its value goes. */
export interface TextField {
  readonly from: string
  readonly to: string
  /** `null` leaves the text as it is. */
  readonly coerce: Coerce | null
}

/** Which keys are taken, and how each is coerced. */
export interface TextPlan {
  readonly fields: readonly TextField[]
  /** For keys that are no field; the first that matches counts. */
  readonly patterns: readonly { readonly pattern: RegExp; readonly coerce: Coerce | null }[]
  /** For all other keys; `undefined` leaves them out. */
  readonly rest: { readonly coerce: Coerce | null } | undefined
}

/** Reads text by name into values by name: a new object, or the text's own where that may be reused. */
export type TextReader = (raw: Readonly<Record<string, RawValue | undefined>>) => Record<string, unknown>

/** What is known about the text that a reader gets. */
export interface TextReaderOptions {
  /** Whether the object is made for this request alone, so that it may become the result when it needs no change. */
  readonly isFresh: boolean
  /** Whether a coercion may find that there is no value, as in a form. */
  readonly isForm: boolean
  /** Whether code may be made for the fields. */
  readonly canGenerate: boolean
  /** Whether keys are taken that the plan leaves out. */
  readonly takesAll: boolean
}

/** Chooses the way to read text by a plan. */
export function createTextReader(declared: TextPlan, options: TextReaderOptions): TextReader {
  const plan = options.takesAll ? { ...declared, rest: declared.rest ?? { coerce: null } } : declared
  const read = chooseReader(plan, options)
  const isCoerced = [...plan.fields, ...plan.patterns, plan.rest].some(
    (one) => (one?.coerce ?? null) !== null,
  )
  return options.isForm && isCoerced ? filledReader(read) : read
}

/** Makes what says of a key whether a plan takes it. */
export function takenBy({ fields, patterns, rest }: TextPlan): (name: string) => boolean {
  const names = new Set(fields.map(({ from }) => from))
  return (name) => names.has(name) || rest !== undefined || patterns.some(({ pattern }) => pattern.test(name))
}

/** Takes out what is there without a value: for a schema it would be given, and a body has no such member. */
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

/** What every object inherits is no key. */
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

/** {@link fieldReader} as straight code. */
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

/** Hands the text's own object on when it has declared keys only. */
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

/** For schemas that take keys which they do not list. */
function openReader({ fields, patterns, rest }: TextPlan): TextReader {
  const byName = new Map(fields.map((field) => [field.from, field]))
  const coercionOf = (name: string): Coerce | null | undefined => {
    for (const { pattern, coerce } of patterns) if (pattern.test(name)) return coerce
    return rest?.coerce
  }
  return (raw) => {
    // Keys come from outside: without a prototype `__proto__` is one like any other.
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
