import { isError } from '../is-error.ts'
import { describeSchema, describeValue, isPlain } from './describe-value.ts'
import { canHoldOptions, fits, isIterable, isObject, meantForm } from './option-fit.ts'
import { allKeys, has, isSlip, join, nameOf, ownKeys, ownSchema } from './option-names.ts'
import { remedyFor, remedyForOptions, remedyForUnknown } from './option-remedy.ts'
import type { AnyOptionTable, OptionChoice, OptionSchema } from './option-contract.ts'

/** A problem without the function that was called. */
interface Found {
  readonly message: string
  readonly remedy: string
  readonly code?: string
}

/** Compares values with the schemas of options, and collects what is wrong. */
export class OptionReader {
  readonly found: Found[] = []

  readTable(table: AnyOptionTable, value: unknown, path: string): void {
    const place = path === '' ? 'The options' : path
    try {
      if (canHoldOptions(value, table)) this.#readMembers(table, value, path)
      else {
        const message = `${nameOf(place)} must be an object, not ${describeValue(value)}.`
        this.#add(message, remedyForOptions(value, table))
      }
    } catch (error) {
      // A proxy that was revoked, or refuses to list its names.
      this.#unreadable(place, error)
    }
  }

  #readMembers(table: AnyOptionTable, object: object, path: string): void {
    const isOwn = !table.isInstance || isPlain(object)
    for (const key of isOwn ? ownKeys(object) : allKeys(object)) {
      // Our own functions keep notes there on what they make.
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
    else if (table !== undefined && canHoldOptions(value, table)) this.readTable(table, value, path)
    else if (choice !== undefined && canHoldOptions(value)) this.#readChoice(choice, value, path)
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

  #readChoice({ by, tables }: OptionChoice, object: object, path: string): void {
    const before = this.found.length
    const chooser: OptionSchema = { enum: Object.keys(tables) }
    this.#readMember(object, chooser, { name: by, path })
    if (!has(object, by)) this.missing(chooser, join(path, by))
    // Only a valid chooser says which other options there are.
    if (this.found.length > before) return
    this.readTable(tables[(object as Readonly<Record<string, string>>)[by]!]!, object, path)
  }

  #readRecord({ additionalProperties, propertyNames }: OptionSchema, object: object, path: string): void {
    for (const key of ownKeys(object)) {
      const name = String(key)
      if (propertyNames === undefined || fits(propertyNames, name))
        this.#readMember(object, additionalProperties!, { name, path })
      else {
        const what = describeSchema(propertyNames)
        const remedy = remedyFor(propertyNames, name, { path })
        this.#add(`${nameOf(path)} has the name ${JSON.stringify(name)}, which is not ${what}.`, remedy)
      }
    }
  }

  #readList(schema: OptionSchema, list: readonly unknown[], path: string): void {
    const { items, minItems = 0, isNestable = false } = schema
    if (list.length < minItems) this.#add(`${nameOf(path)} is an empty list.`, 'Give it entries, or omit it.')
    for (let at = 0; at < list.length; at++) {
      const place = `${path}[${at}]`
      const item = list[at]
      if (isNestable && Array.isArray(item)) this.#readList(schema, item, place)
      else if (item !== undefined) this.readValue(items!, item, place)
      else {
        const remedy =
          'It was not yet defined when this list was made: break the import circle, or correct its name.'
        this.#add(`${nameOf(place)} is undefined, not ${describeSchema(items!)}.`, remedy)
      }
    }
  }

  #readEither(schemas: readonly OptionSchema[], value: unknown, path: string): void {
    // The usual case, without a reader for each form: most routes are `public`.
    if (schemas.some((schema) => fits(schema, value))) return
    const readings: Found[][] = []
    for (const schema of schemas) {
      const found = read(schema, value, path)
      if (found.length === 0) return
      readings.push(found)
    }
    // The problems of the form that was meant say more than a list of all forms.
    const meant = readings[meantForm(schemas, value)]
    if (meant === undefined) this.#wrong({ anyOf: schemas }, value, path)
    else this.found.push(...meant)
  }

  #wrong(schema: OptionSchema, value: unknown, path: string): void {
    const message = `${nameOf(path)} must be ${describeSchema(schema)}, not ${describeValue(value, isHarmless(schema))}.`
    const isEntry = (items: OptionSchema): boolean => read(items, value, '').length === 0
    this.#add(message, remedyFor(schema, value, { path, isEntry }), codeOf(schema))
  }

  #unknown(key: string | symbol, table: AnyOptionTable, path: string): void {
    if (typeof key === 'symbol')
      this.#add(`It has the key ${String(key)}, which is not an option.`, 'Remove it.')
    else this.#add(`There is no option '${join(path, key)}'.`, remedyForUnknown(key, table, path))
  }

  #add(message: string, remedy: string, code?: string): void {
    this.found.push({ message, remedy, ...(code === undefined ? {} : { code }) })
  }
}

function read(schema: OptionSchema, value: unknown, path: string): Found[] {
  const reader = new OptionReader()
  reader.readValue(schema, value, path)
  return reader.found
}

/** The code of the expected kind, also of one of several forms. */
function codeOf({ kind, items, anyOf = [] }: OptionSchema): string | undefined {
  return kind?.code ?? items?.kind?.code ?? anyOf.map(codeOf).find((code) => code !== undefined)
}

/** Whether a text may be shown: nobody writes a secret in place of a word or a number. */
function isHarmless({ type, kind, items, anyOf, ...schema }: OptionSchema): boolean {
  if (anyOf !== undefined) return anyOf.some(isHarmless)
  return schema.enum !== undefined || (type !== undefined && kind === undefined && items === undefined)
}
