import { callSite } from './call-site.ts'
import { OptionReader } from './option-reader.ts'
import type { AnyOptionTable, OptionSchema, OptionTable } from './option-contract.ts'

type AnyFunction = (...args: never[]) => unknown

/** The function that takes the options. */
export interface OptionPlace {
  /** The function as the user wrote it: `createApp`, `route.get('/orders')`. */
  readonly name: string
  /** The function itself: its caller is the place. */
  readonly below?: AnyFunction | undefined
  /** Path of the options within those that the user wrote: `server.limits`. */
  readonly path?: string | undefined
  /** Code of the problems; default `ERR_CORE_OPTION`. */
  readonly code?: string | undefined
}

/** One thing that is wrong with what a function was given. */
export interface OptionProblem {
  /** Stable code; `ERR_CORE_OPTION` if the place and the kind of the option name no other. */
  readonly code: string
  /** The function, with the line that called it if that is known: `createApp (src/main.ts:12)`. */
  readonly place: string
  /** What is wrong, one sentence. */
  readonly message: string
  /** What to do about it, one sentence or the line to write. */
  readonly remedy: string
}

/**
 * Reads the options of a public function strictly: refuses unknown names, values of another kind, and functions and promises
 * in place of a value. For set-up alone.
 *
 * @returns every problem, each with the function, its caller and the option; an empty list if there are none
 * @example
 * const TABLE = optionTable<{ times: number }>({ times: required(integer('How often.')) })
 * optionProblems(TABLE, { times: -1 }, { name: 'repeat' })[0]?.message // => Option times must be an integer, 0 or more, not -1.
 */
export function optionProblems<T>(
  table: OptionTable<T>,
  options: unknown,
  place: OptionPlace,
): OptionProblem[] {
  const reader = new OptionReader()
  reader.readTable(table as unknown as AnyOptionTable, options, place.path ?? '')
  return placed(reader, place)
}

/** An argument that is not an object of options. */
export interface ArgumentPlace extends OptionPlace {
  /** Its name in messages: `The handler`. */
  readonly argument: string
}

/** The problems of one value that is not an object of options. */
export function valueProblems(schema: OptionSchema, value: unknown, place: ArgumentPlace): OptionProblem[] {
  const reader = new OptionReader()
  if (value === undefined) reader.missing(schema, place.argument)
  else reader.readValue(schema, value, place.argument)
  return placed(reader, place)
}

function placed(
  { found }: OptionReader,
  { name, below, code = 'ERR_CORE_OPTION' }: OptionPlace,
): OptionProblem[] {
  if (found.length === 0) return []
  const place = placeOf(name, below)
  return found.map((one) => ({ code, ...one, place }))
}

/** A function and where it was called: `createApp (src/main.ts:12)`. To be called before that call returns. */
export function placeOf(name: string, below: AnyFunction | undefined): string {
  return below === undefined ? name : laterPlaceOf(name, below)()
}

/** {@link placeOf} for problems that are found after the call has returned. */
export function laterPlaceOf(name: string, below: AnyFunction): () => string {
  const toSite = callSite(below)
  return () => {
    const site = toSite()
    return site === undefined ? name : `${name} (${site})`
  }
}
