import { isError } from '../is-error.ts'
import { callSite } from './call-site.ts'
import { describeSchema, describeValue, isPlain, isPromise } from './describe-value.ts'
import { nearestName } from './nearest-name.ts'
import type { AnyOptionTable, OptionChoice, OptionSchema, OptionTable } from './option-table.ts'

type AnyFunction = (...args: never[]) => unknown

/** Whose options they are. */
export interface OptionPlace {
  /** The function as the user wrote it: `createApp`, `route.get('/orders')`. */
  readonly name: string
  /** The function itself, below which the caller stands. */
  readonly below?: AnyFunction | undefined
  /** Where the options stand in those that the user wrote: `server.limits`. */
  readonly path?: string | undefined
  /** Code of what is found, where it is not `ERR_CORE_OPTION`. */
  readonly code?: string | undefined
}

/** One thing that is wrong with what a function was given. */
export interface OptionProblem {
  /** Stable code, `ERR_CORE_OPTION` where nothing else is said. */
  readonly code: string
  /** The function, with the line that called it where that is known: `createApp (src/main.ts:12)`. */
  readonly place: string
  /** What is wrong, one sentence. */
  readonly message: string
  /** What to do about it, one sentence or the line to write. */
  readonly remedy: string
}

/**
 * Reads the options of a public function strictly: refuses names that do not exist, values of another kind, functions and
 * promises where a value belongs. For set-up alone.
 *
 * @returns every problem found, each with the function, its caller and the option; none where all is well
 * @example
 * const TABLE = optionTable<{ times: number }>({ times: required(integer('How often.')) })
 * optionProblems(TABLE, { times: -1 }, { name: 'repeat' })[0]?.message // => Option times must be an integer, 0 or more, not -1.
 */
export function optionProblems<T>(
  table: OptionTable<T>,
  options: unknown,
  { name, below, code, path = '' }: OptionPlace,
): OptionProblem[] {
  const reader = new OptionReader()
  reader.readTable(table as unknown as AnyOptionTable, options, path)
  if (reader.found.length === 0) return []
  const place = placeOf(name, below)
  return reader.found.map((one) => ({ code: code ?? 'ERR_CORE_OPTION', ...one, place }))
}

/** An argument that is not an object of options. */
export interface ArgumentPlace extends OptionPlace {
  /** What messages call it: `The handler`. */
  readonly argument: string
}

/** What is wrong with one value that is not among options. */
export function valueProblems(
  schema: OptionSchema,
  value: unknown,
  { name, below, argument }: ArgumentPlace,
): OptionProblem[] {
  const reader = new OptionReader()
  if (value === undefined) reader.missing(schema, argument)
  else reader.readValue(schema, value, argument)
  if (reader.found.length === 0) return []
  const place = placeOf(name, below)
  return reader.found.map((one) => ({ code: 'ERR_CORE_OPTION', ...one, place }))
}

/** A function and where it was called: `createApp (src/main.ts:12)`. Called while that call is under way. */
export function placeOf(name: string, below: AnyFunction | undefined): string {
  return below === undefined ? name : laterPlaceOf(name, below)()
}

/** {@link placeOf} for problems that are found when the call is over. */
export function laterPlaceOf(name: string, below: AnyFunction): () => string {
  const toSite = callSite(below)
  return () => {
    const site = toSite()
    return site === undefined ? name : `${name} (${site})`
  }
}

interface Found {
  readonly message: string
  readonly remedy: string
  readonly code?: string
}

class OptionReader {
  readonly found: Found[] = []

  readTable(table: AnyOptionTable, value: unknown, path: string): void {
    const place = path === '' ? 'The options' : path
    try {
      const wrong = notOptions(value, table)
      if (wrong === undefined) this.#readMembers(table, value as object, path)
      else this.#add(`${nameOf(place)} must be an object, not ${describeValue(value)}.`, wrong)
    } catch (error) {
      // A proxy that was revoked, or refuses to list its names.
      this.#unreadable(place, error)
    }
  }

  #readMembers(table: AnyOptionTable, object: object, path: string): void {
    const isOwn = !table.isInstance || isPlain(object)
    for (const key of isOwn ? ownKeys(object) : allKeys(object)) {
      // What our own functions note on what they make.
      if (key === '~internal') continue
      const schema = ownSchema(table, key)
      if (schema !== undefined) this.#readMember(object, schema, { name: key as string, path })
      else if (isOwn || isSlip(object, key, table)) this.#unknown(key, table, path)
    }
    for (const name of table.required)
      if (!has(object, name)) this.missing(table.properties[name]!, join(path, name))
  }

  readValue(schema: OptionSchema, value: unknown, path: string): void {
    const { anyOf, table, choice, items, additionalProperties } = schema
    if (anyOf !== undefined) this.#readEither(anyOf, value, path)
    else if (table !== undefined) this.#readNested(schema, table, { value, path })
    else if (choice !== undefined) this.#readChoice(schema, choice, { value, path })
    else if (items !== undefined && Array.isArray(value)) this.#readList(schema, value, path)
    else if (additionalProperties !== undefined && isObject(value) && !isIterable(value))
      this.#readRecord(schema, value, path)
    else if (!fits(schema, value)) this.#wrong(schema, value, path)
  }

  missing(schema: OptionSchema, path: string): void {
    this.#add(`${nameOf(path)} is missing.`, `Give ${describeSchema(schema)}.`)
  }

  #readMember(object: object, schema: OptionSchema, { name, path }: { name: string; path: string }): void {
    let value: unknown
    try {
      value = (object as Readonly<Record<string, unknown>>)[name]
    } catch (error) {
      this.#unreadable(join(path, name), error)
      return
    }
    if (value !== undefined) this.readValue(schema, value, join(path, name))
  }

  #unreadable(path: string, error: unknown): void {
    const reason = isError(error) ? error.message : String(error)
    this.#add(`${nameOf(path)} cannot be read: ${reason.replace(/\.$/, '')}.`, 'Give the value itself.')
  }

  #readNested(
    schema: OptionSchema,
    table: AnyOptionTable,
    { value, path }: { value: unknown; path: string },
  ): void {
    if (notOptions(value, table) === undefined) this.readTable(table, value, path)
    else this.#wrong(schema, value, path)
  }

  #readChoice(
    schema: OptionSchema,
    { by, tables }: OptionChoice,
    { value, path }: { value: unknown; path: string },
  ): void {
    const [first] = Object.values(tables)
    if (notOptions(value, first!) !== undefined) {
      this.#wrong(schema, value, path)
      return
    }
    const before = this.found.length
    const chooser: OptionSchema = { enum: Object.keys(tables) }
    this.#readMember(value as object, chooser, { name: by, path })
    if (!has(value as object, by)) this.missing(chooser, join(path, by))
    // What else there may be is known only then.
    if (this.found.length > before) return
    this.readTable(tables[(value as Readonly<Record<string, string>>)[by]!]!, value, path)
  }

  #readRecord({ additionalProperties, propertyNames }: OptionSchema, object: object, path: string): void {
    for (const key of ownKeys(object)) {
      const name = String(key)
      if (propertyNames === undefined || fits(propertyNames, name))
        this.#readMember(object, additionalProperties!, { name, path })
      else {
        const what = describeSchema(propertyNames)
        const remedy = remedyFor(propertyNames, name, path)
        this.#add(`${nameOf(path)} has the name ${JSON.stringify(name)}, which is not ${what}.`, remedy)
      }
    }
  }

  #readList(schema: OptionSchema, list: readonly unknown[], path: string): void {
    const { items, minItems = 0, isNestable = false } = schema
    if (list.length < minItems) this.#add(`${nameOf(path)} is an empty list.`, 'Give it members, or omit it.')
    for (let at = 0; at < list.length; at++) {
      const place = `${path}[${at}]`
      const item = list[at]
      if (isNestable && Array.isArray(item)) this.#readList(schema, item, place)
      else if (item !== undefined) this.readValue(items!, item, place)
      else {
        const remedy =
          'It was not yet defined when this list was made: break the import circle, or mend its name.'
        this.#add(`${nameOf(place)} is undefined, not ${describeSchema(items!)}.`, remedy)
      }
    }
  }

  #readEither(schemas: readonly OptionSchema[], value: unknown, path: string): void {
    // Before anything is made of the others: most routes are `public`.
    if (schemas.some((schema) => isScalar(schema) && fits(schema, value))) return
    const readings: Found[][] = []
    for (const schema of schemas) {
      const reader = new OptionReader()
      reader.readValue(schema, value, path)
      if (reader.found.length === 0) return
      readings.push(reader.found)
    }
    const at = meantForm(schemas, value)
    if (at === -1) this.#wrong({ anyOf: schemas }, value, path)
    else this.found.push(...readings[at]!)
  }

  #wrong(schema: OptionSchema, value: unknown, path: string): void {
    const code = codeOf(schema)
    const message = `${nameOf(path)} must be ${describeSchema(schema)}, not ${describeValue(value, isHarmless(schema))}.`
    this.#add(message, remedyFor(schema, value, path), code)
  }

  #unknown(key: string | symbol, table: AnyOptionTable, path: string): void {
    if (typeof key === 'symbol') {
      this.#add(`It has the key ${String(key)}, which is not an option.`, 'Remove it.')
      return
    }
    const names = Object.keys(table.properties)
    const meant = nearestName(key, names) ?? innerName(key, table)
    const remedy =
      meant === undefined ? `The options are ${names.join(', ')}.` : `Did you mean '${join(path, meant)}'?`
    this.#add(`There is no option '${join(path, key)}'.`, remedy)
  }

  #add(message: string, remedy: string, code?: string): void {
    this.found.push({ message, remedy, ...(code === undefined ? {} : { code }) })
  }
}

/** The form that a value which fits none was meant for: what is wrong with that says more than which forms there are. */
function meantForm(schemas: readonly OptionSchema[], value: unknown): number {
  const at = schemas.findIndex(({ kind }) => isSafely(() => kind?.isMeant?.(value) === true))
  if (at !== -1) return at
  if (Array.isArray(value)) return schemas.findIndex(({ items }) => items !== undefined)
  return schemas.findIndex((one) => tablesOf(one).some((table) => notOptions(value, table) === undefined))
}

/** The code of the kind that was expected, also of one among several. */
function codeOf({ kind, items, anyOf = [] }: OptionSchema): string | undefined {
  return kind?.code ?? items?.kind?.code ?? anyOf.map(codeOf).find((code) => code !== undefined)
}

/** Whether a schema takes a value as a whole, without looking at what is within. */
function isScalar({ anyOf, table, items, additionalProperties }: OptionSchema): boolean {
  return (
    anyOf === undefined && table === undefined && items === undefined && additionalProperties === undefined
  )
}

function fits(schema: OptionSchema, value: unknown): boolean {
  const { kind, type, additionalProperties } = schema
  if (kind !== undefined) return isSafely(() => kind.test(value))
  if (schema.enum !== undefined) return (schema.enum as readonly unknown[]).includes(value)
  if (additionalProperties !== undefined || type === 'array') return false
  if (type === undefined) return true
  if (type === 'boolean') return typeof value === 'boolean'
  if (type === 'string') return typeof value === 'string' && fitsText(schema, value)
  return typeof value === 'number' && fitsNumber(schema, value)
}

function fitsText({ pattern, minLength = 0 }: OptionSchema, value: string): boolean {
  return value.length >= minLength && (pattern === undefined || new RegExp(pattern, 'u').test(value))
}

function fitsNumber({ type, minimum = -Infinity, maximum = Infinity }: OptionSchema, value: number): boolean {
  const isKind = type === 'integer' ? Number.isInteger(value) : Number.isFinite(value)
  return isKind && value >= minimum && value <= maximum
}

function isSafely(test: () => boolean): boolean {
  try {
    return test()
  } catch {
    return false
  }
}

/** Texts are shown where a word or a number is expected: there nobody writes a secret. */
function isHarmless({ type, kind, items, anyOf, ...schema }: OptionSchema): boolean {
  if (anyOf !== undefined) return anyOf.some(isHarmless)
  return schema.enum !== undefined || (type !== undefined && kind === undefined && items === undefined)
}

function remedyFor(schema: OptionSchema, value: unknown, path: string): string {
  if (isPromise(value)) return 'Await it first.'
  const meant = meantWord(schema, value)
  if (meant !== undefined) return `Did you mean ${JSON.stringify(meant)}?`
  if (schema.items !== undefined && fitsItem(schema.items, value)) return `Put it in a list: ${path}: [ … ].`
  if (takesRecord(schema) && isIterable(value)) return 'Give Object.fromEntries(…) of it.'
  return schema.kind?.remedy?.(value) ?? plainRemedy(schema, value)
}

function plainRemedy(schema: OptionSchema, value: unknown): string {
  if (value === null) return 'Omit it, or give what belongs there.'
  const remedy = `${describeSchema(schema)}.`
  if (typeof value !== 'function' || isClass(value)) return `Give ${remedy}`
  return `Call it: ${value.name === '' ? 'it' : `${value.name}(…)`}, or give ${remedy}`
}

function meantWord(schema: OptionSchema, value: unknown): string | undefined {
  return typeof value === 'string' ? nearestName(value, wordsOf(schema)) : undefined
}

/** The words that an option takes, also in one of its forms. */
function wordsOf(schema: OptionSchema): string[] {
  const words = (schema.enum ?? []).filter((one) => typeof one === 'string')
  return [...words, ...(schema.anyOf ?? []).flatMap(wordsOf)]
}

/** Options within an option, whatever of them applies. */
function tablesOf({ table, choice }: OptionSchema): AnyOptionTable[] {
  return [...(table === undefined ? [] : [table]), ...Object.values(choice?.tables ?? {})]
}

function isClass(value: object): boolean {
  return /^class\b/.test(Function.prototype.toString.call(value))
}

function fitsItem(items: OptionSchema, value: unknown): boolean {
  const reader = new OptionReader()
  reader.readValue(items, value, '')
  return reader.found.length === 0
}

/** What to do about a value that cannot hold options; undefined where it can. */
function notOptions(value: unknown, { properties, isInstance }: AnyOptionTable): string | undefined {
  if (isPromise(value)) return 'Await it first.'
  if (isObject(value) && (isPlain(value) || isInstance)) return undefined
  if (typeof value === 'function' && value.name !== '' && !isClass(value)) return `Call it: ${value.name}(…).`
  const names = Object.keys(properties)
  const first = names.find((name) => properties[name]?.isRequired === true) ?? names[0]
  return `Write { ${first}: … }.`
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Whether its entries are not members, as those of `Headers`, `URLSearchParams` and a `Map`. */
function isIterable(value: unknown): boolean {
  return isObject(value) && Symbol.iterator in value
}

function takesRecord({ additionalProperties, anyOf = [] }: OptionSchema): boolean {
  return additionalProperties !== undefined || anyOf.some(takesRecord)
}

function ownSchema({ properties }: AnyOptionTable, key: string | symbol): OptionSchema | undefined {
  return typeof key === 'string' && Object.hasOwn(properties, key) ? properties[key] : undefined
}

function ownKeys(object: object): (string | symbol)[] {
  const names = Object.keys(object)
  const symbols = Object.getOwnPropertySymbols(object)
  if (symbols.length === 0) return names
  return [...names, ...symbols.filter((key) => Object.prototype.propertyIsEnumerable.call(object, key))]
}

/** An instance of a class has members of its own; only a function in place of a missing one that is nearly named so is a slip. */
function isSlip(object: object, key: string | symbol, { properties }: AnyOptionTable): boolean {
  if (typeof key === 'symbol') return false
  const near = nearestName(key, Object.keys(properties))
  if (near === undefined || has(object, near)) return false
  const value = valueOf(object, key)
  return typeof value === 'function' && !isClass(value) && fits(properties[near]!, value)
}

/** A member as it stands, of an instance or its classes; no getter is called. */
function valueOf(object: object, key: string): unknown {
  for (let at: object | null = object; at !== null; at = Object.getPrototypeOf(at) as object | null) {
    const member = Object.getOwnPropertyDescriptor(at, key)
    if (member !== undefined) return member.value
  }
  return undefined
}

/** Names of an instance, those that its classes give included. */
function allKeys(object: object): string[] {
  const keys = new Set<string>()
  for (let at = object; at !== null && at !== Object.prototype; at = Object.getPrototypeOf(at) as object) {
    for (const key of Object.getOwnPropertyNames(at)) if (key !== 'constructor') keys.add(key)
  }
  return [...keys]
}

/** Whether a name has a value; one whose getter throws is told as such. */
function has(object: object, name: string): boolean {
  try {
    return (object as Readonly<Record<string, unknown>>)[name] !== undefined
  } catch {
    return true
  }
}

/** The same name in options within these. */
function innerName(key: string, { properties }: AnyOptionTable): string | undefined {
  for (const [name, schema] of Object.entries(properties)) {
    for (const table of [schema, ...(schema.anyOf ?? [])].flatMap(tablesOf)) {
      if (Object.hasOwn(table.properties, key)) return `${name}.${key}`
      const inner = innerName(key, table)
      if (inner !== undefined) return `${name}.${inner}`
    }
  }
  return undefined
}

function join(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`
}

/** An option at the beginning of a sentence; an argument has a name that is one already. */
function nameOf(path: string): string {
  return path.startsWith('The ') ? path : `Option ${path}`
}
