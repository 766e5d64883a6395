import type { SchemaLike, FieldSchemas } from '@keelson/core'
import { declaresName } from '@keelson/core/spi'
import { UsageError } from './cli-errors.ts'

/** Values by name, as the user wrote them. */
export type Fields = Readonly<Record<string, unknown>>

/** What a route declares for a place. */
export type Declared = SchemaLike | FieldSchemas | undefined

/** Headers of a call: those that its route declares, and all others as texts. */
export interface SplitHeaders {
  readonly headers: Fields | undefined
  readonly meta: Readonly<Record<string, string>>
}

/**
 * Splits given headers into the input of an operation and the other headers of a request.
 *
 * @throws {UsageError} for values that a header cannot have
 */
export function splitHeaders(name: string, given: Fields | undefined, schema: Declared): SplitHeaders {
  const { own, others } = split({ name, place: 'headers', given, schema })
  const texts = others.map(([key, value]) => [key, toText(value, `${name}: The header '${key}'`)])
  return { headers: own, meta: Object.fromEntries(texts) as Record<string, string> }
}

/** Cookies of a call: those that its route declares, and a `cookie` header with all others. */
export interface SplitCookies {
  readonly cookies: Fields | undefined
  readonly header: string | undefined
}

/** {@link splitHeaders} for cookies. */
export function splitCookies(name: string, given: Fields | undefined, schema: Declared): SplitCookies {
  const { own, others } = split({ name, place: 'cookies', given, schema })
  const pairs = others.map(
    ([key, value]) => `${key}=${encodeURIComponent(toText(value, `${name}: The cookie '${key}'`))}`,
  )
  return { cookies: own, header: pairs.length === 0 ? undefined : pairs.join('; ') }
}

interface Given {
  readonly name: string
  readonly place: 'headers' | 'cookies'
  readonly given: unknown
  readonly schema: Declared
}

interface Split {
  /** `undefined` where the route declares none. */
  readonly own: Fields | undefined
  readonly others: readonly (readonly [name: string, value: unknown])[]
}

function split({ name, place, given = {}, schema }: Given): Split {
  if (typeof given !== 'object' || given === null || Array.isArray(given))
    throw new UsageError(`${name}: ${place} must be an object: '{"${place}":{"name":"value"}}'.`)
  const entries = Object.entries(given).map(
    ([key, value]) => [place === 'headers' ? key.toLowerCase() : key, value] as const,
  )
  if (schema === undefined) return { own: undefined, others: entries }
  // A schema that does not say which names it takes gets all of them, and checks them itself.
  const isOwn = declaresName(schema, place) ?? (() => true)
  return {
    own: Object.fromEntries(entries.filter(([key]) => isOwn(key))),
    others: entries.filter(([key]) => !isOwn(key)),
  }
}

function toText(value: unknown, what: string): string {
  if (typeof value === 'string') return value
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  throw new UsageError(`${what} must be a text.`)
}
