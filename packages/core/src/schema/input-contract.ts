import { toPlaceText, ValidationError, type Place, type PlaceText } from '../errors/index.ts'
import type { CoercionContext } from './coercion.ts'
import type { SchemaDocument } from './document.ts'
import type { JsonSchemaObject } from './json-schema.ts'
import { Problems } from './setup-problem.ts'
import type { TextFields } from './text-fields.ts'
import { MAX_VIOLATIONS, ViolationList } from './violation.ts'

/**
 * What happens to properties that no schema declares.
 *
 * - `refuse`: they are a violation
 * - `ignore`: they are removed from the result
 * - `pass`: they stay as they came
 */
export type UnknownRule = 'refuse' | 'ignore' | 'pass'

/** Options of {@link compileInput}. */
export interface InputOptions {
  /** What the schema belongs to, for messages: `route orders.show (GET /orders/:id)`. */
  readonly where?: PlaceText | undefined
  /** Default: `refuse` for a body, `ignore` elsewhere; `additionalProperties` of a schema wins. */
  readonly unknown?: UnknownRule | undefined
  /** Whether values come as text by name and are coerced; default: in all places but the body. */
  readonly isText?: boolean | undefined
  /**
   * Whether values come with their types, from a caller in the process: nothing is coerced, and undeclared properties are
   * refused in all places, because only the caller can have set them. Default: `false`.
   */
  readonly isTyped?: boolean | undefined
  /** The most violations that are listed; default 50. */
  readonly maxViolations?: number | undefined
}

/** Turns the input at one place into what its schema says, or refuses it. Made once per route; see {@link compileInput}. */
export interface InputParser {
  readonly place: Place
  /** JSON Schema of the input, as declared, when it is known. */
  readonly jsonSchema: JsonSchemaObject | undefined
  /** Whether the schema itself bounds how deep a value may be nested, so that `parseJson` need not count. */
  readonly boundsDepth: boolean
  /** Whether the schema refuses numbers outside the range of a double, so that `parseJson` need not look for them. */
  readonly boundsNumbers: boolean
  /**
   * Returns the typed value. Text by name becomes a new object, or the given one, which the caller must have made for this
   * request; a JSON body is returned itself, with defaults set.
   *
   * @param raw - a record of `string | string[]` where values come as text, otherwise a JSON value; `undefined` for no body
   * @throws {ValidationError} 400, all violations up to the limit; as a rejection where it returns a promise
   */
  parse(raw: unknown): unknown
}

/** What a parser is made from, besides the schema. */
export interface InputSetup {
  readonly place: Place
  readonly problems: Problems
  /** `undefined` leaves it to the schema. */
  readonly unknown: UnknownRule | undefined
  readonly max: number
  /** Whether values come by name, as text unless they are typed. */
  readonly isText: boolean
  readonly isTyped: boolean
}

/** Reads the options of a parser, with their defaults. */
export function inputSetup(place: Place, options: InputOptions): InputSetup {
  const { where, maxViolations = MAX_VIOLATIONS } = options
  return {
    place,
    problems: new Problems(
      where === undefined ? place : () => placeBelow(where, place),
      // Such values are those of `validator`.
      place === 'value' ? 'Invalid call of validator' : undefined,
    ),
    unknown: options.unknown ?? (place === 'body' ? 'refuse' : undefined),
    max: maxViolations,
    isText: options.isText ?? place !== 'body',
    isTyped: options.isTyped ?? false,
  }
}

function placeBelow(where: PlaceText, place: Place): string {
  return place === 'value' ? toPlaceText(where) : `${toPlaceText(where)}, ${place}`
}

/** @param isLenient - whether the library of the schema handles nested objects */
export function coercionContext(
  document: SchemaDocument,
  { place, problems, isText, isTyped }: InputSetup,
  isLenient: boolean,
): CoercionContext {
  const isForm = place === 'body' && isText
  return { document, problems, isLenient, isHeader: place === 'headers', isForm, isTyped }
}

/** Whether the text of a place is an object made for one request; headers belong to the transport, values to the caller. */
export function isMadeFresh(place: Place): boolean {
  return place !== 'headers' && place !== 'config' && place !== 'value'
}

/** Places where requests have undeclared keys, and the reason. */
const CROWDED: Partial<Record<Place, string>> = {
  headers: 'every client sends others',
  cookies: 'a browser sends all cookies of the host',
}

/**
 * Whether undeclared keys of text are refused. Where every request has such keys, all would be refused: that is a problem.
 */
export function refusesRest(
  { place, unknown, problems, isTyped }: InputSetup,
  { isClosed, takesAnyText }: Pick<TextFields, 'isClosed' | 'takesAnyText'>,
): boolean {
  if (isTyped) return unknown === undefined || unknown === 'refuse'
  const isRefusing = unknown === 'refuse' || (unknown === undefined && isClosed)
  const reason = CROWDED[place]
  if (reason === undefined) return isRefusing
  if (!takesAnyText)
    problems.add('', {
      message: `It requires of undeclared ${place} what hardly any text matches, and ${reason}.`,
      remedy: `Declare the ${place} by name, in t.Object({ … }).`,
    })
  else if (isRefusing || (isClosed && unknown === 'pass')) {
    const ignored = unknown === undefined ? `; or set unknown: { ${place}: 'ignore' }` : ''
    problems.add('', {
      message: `It refuses undeclared ${place}, and ${reason}.`,
      remedy: `Omit additionalProperties: false, and do not use a strict object${ignored}.`,
    })
  }
  return isRefusing
}

/** Violations of one value at the place of a parser. */
export function violationList({ place, max, isText }: InputSetup): ViolationList {
  return new ViolationList({ place, max, isText })
}

/** Throws one violation of the whole value. */
export function refuseValue(setup: InputSetup, message: string, code: string): never {
  const list = violationList(setup)
  list.add('', message, code)
  return throwViolations(list, setup)
}

/** Throws the violations. An empty list means that the value was refused without a reason. */
export function throwViolations(list: ViolationList, { place }: InputSetup, isCut = false): never {
  const { violations } = list.found()
  if (violations.length === 0) list.add('', 'is not valid', 'schema')
  throw new ValidationError({ place, ...list.found(isCut) })
}
