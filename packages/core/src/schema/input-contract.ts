import { toPlaceText, ValidationError, type Place, type PlaceText } from '../errors/index.ts'
import type { CoercionContext } from './coercion.ts'
import type { SchemaDocument } from './document.ts'
import type { JsonSchemaObject } from './json-schema.ts'
import { Problems } from './setup-problem.ts'
import type { TextFields } from './text-fields.ts'
import { MAX_VIOLATIONS, ViolationList } from './violation.ts'

/**
 * What becomes of properties that no schema declares.
 *
 * - `refuse`: they are a violation
 * - `ignore`: they are no violation, and left out of the result
 * - `pass`: they are no violation, and stay as they came
 */
export type UnknownRule = 'refuse' | 'ignore' | 'pass'

/** Options of {@link compileInput}. */
export interface InputOptions {
  /** What the schema belongs to, for messages: `route orders.show (GET /orders/:id)`. */
  readonly where?: PlaceText | undefined
  /**
   * Default: `refuse` for a body, `ignore` for all else; a schema that itself says `additionalProperties` is taken at its
   * word.
   */
  readonly unknown?: UnknownRule | undefined
  /** Whether values come as text by name and are coerced; default: in all places but the body. */
  readonly isText?: boolean | undefined
  /**
   * Whether values come with their types, from a caller in the process: nothing is coerced, and what is undeclared is refused in all
   * places, since nobody but the caller can have put it there. Default: `false`.
   */
  readonly isTyped?: boolean | undefined
  /** Violations that are listed at most; default 50. */
  readonly maxViolations?: number | undefined
}

/** Turns what came in at one place into what its schema says, or refuses it. Made once per route; see {@link compileInput}. */
export interface InputParser {
  readonly place: Place
  /** JSON Schema of what comes in, as declared, when it is known. */
  readonly jsonSchema: JsonSchemaObject | undefined
  /** Whether the schema itself bounds how deep a value may be nested, so that `parseJson` need not count. */
  readonly boundsDepth: boolean
  /** Whether the schema refuses numbers outside the range of a double, so that `parseJson` need not look for them. */
  readonly boundsNumbers: boolean
  /**
   * The typed value. Text by name becomes a new object, or the object given, which the caller must have made for this
   * request; a JSON body comes back itself, with defaults set.
   *
   * @param raw - a record of `string | string[]` where values come as text, else a value of JSON; `undefined` for no body
   * @throws {ValidationError} 400, all violations up to the limit; as a rejection where a promise is given
   */
  parse(raw: unknown): unknown
}

/** What is known while a parser is made. */
export interface InputSetup {
  readonly place: Place
  readonly problems: Problems
  /** `undefined` takes the schema at its word. */
  readonly unknown: UnknownRule | undefined
  readonly max: number
  /** Whether values come by name, as text unless they are typed. */
  readonly isText: boolean
  readonly isTyped: boolean
}

/** Makes what the parts of a parser are made with. */
export function inputSetup(place: Place, options: InputOptions): InputSetup {
  const { where, maxViolations = MAX_VIOLATIONS } = options
  return {
    place,
    problems: new Problems(where === undefined ? place : () => placeBelow(where, place)),
    unknown: options.unknown ?? (place === 'body' ? 'refuse' : undefined),
    max: maxViolations,
    isText: options.isText ?? place !== 'body',
    isTyped: options.isTyped ?? false,
  }
}

function placeBelow(where: PlaceText, place: Place): string {
  return place === 'value' ? toPlaceText(where) : `${toPlaceText(where)}, ${place}`
}

/** @param isLenient - whether a nested object is left to the schema's own library */
export function coercionContext(
  document: SchemaDocument,
  { place, problems, isText, isTyped }: InputSetup,
  isLenient: boolean,
): CoercionContext {
  const isForm = place === 'body' && isText
  return { document, problems, isLenient, isHeader: place === 'headers', isForm, isTyped }
}

/** Whether the text of a place is read into an object of its own for each request; headers are the transport's, values the caller's. */
export function isMadeFresh(place: Place): boolean {
  return place !== 'headers' && place !== 'config' && place !== 'value'
}

/** Places where requests bring what no route declares, and who brings it. */
const CROWDED: Partial<Record<Place, string>> = {
  headers: 'every client sends some',
  cookies: 'a browser sends all that its host has',
}

/**
 * Whether undeclared keys of text are refused. Where others come with every request none would pass: that is a problem of
 * the set-up.
 */
export function refusesRest(
  { place, unknown, problems, isTyped }: InputSetup,
  { isClosed, takesAnyText }: Pick<TextFields, 'isClosed' | 'takesAnyText'>,
): boolean {
  if (isTyped) return unknown === undefined || unknown === 'refuse'
  const isRefusing = unknown === 'refuse' || (unknown === undefined && isClosed)
  const who = CROWDED[place]
  if (who === undefined) return isRefusing
  const add = (message: string, remedy: string): void =>
    problems.add('', {
      code: 'ERR_CORE_SCHEMA_INVALID',
      message: `${message}, and ${who}.`,
      remedy,
    })
  if (!takesAnyText)
    add(
      `It says of ${place} that it does not name what hardly any text is`,
      `Name the ${place} that it is about, in t.Object({ … }).`,
    )
  else if (isRefusing || (isClosed && unknown === 'pass')) {
    const ignored = unknown === undefined ? `; or set unknown: { ${place}: 'ignore' }` : ''
    add(
      `It refuses ${place} that it does not declare`,
      `Leave it open, without additionalProperties: false or a strict object${ignored}.`,
    )
  }
  return isRefusing
}

/** Violations of one value at the place of a parser. */
export function violationList({ place, max, isText }: InputSetup): ViolationList {
  return new ViolationList({ place, max, isText })
}

/** Throws what was found. A list without violations says that the value is refused for a reason nobody gave. */
export function throwViolations(list: ViolationList, { place }: InputSetup, isCut = false): never {
  const { violations } = list.found()
  if (violations.length === 0) list.add('', 'is not valid', 'schema')
  throw new ValidationError({ place, ...list.found(isCut) })
}
