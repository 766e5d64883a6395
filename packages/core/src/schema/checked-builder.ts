import type { JavaScriptTypeBuilder } from '@sinclair/typebox'
import { describeValue, nearestName, placeOf, toCallError } from '../errors/index.ts'
import { ARGUMENTS, FUNCTION, KEYS, SCHEMA, type Argument } from './builder-arguments.ts'
import { isRecord } from './json-schema.ts'
import type { SchemaProblem } from './setup-problem.ts'

type Builder = InstanceType<typeof JavaScriptTypeBuilder>
type AnyFunction = (...args: readonly unknown[]) => unknown

/**
 * The builder, with functions that check their arguments. Unchecked, it throws an error from its inside, or makes a schema
 * that accepts anything.
 */
export function checkedBuilder(builder: Builder): Builder {
  const checked = Object.create(builder) as Record<string, AnyFunction>
  /** Checks the result of a callback, which TypeBox writes to. */
  const holding = (callback: AnyFunction): AnyFunction => {
    return (self) => {
      const made = callback(self)
      if (SCHEMA.test(made)) return made
      const message = `The function returned ${describeValue(made)}, not ${SCHEMA.what}.`
      const remedy = FUNCTION.remedy(made, 't.Recursive')
      return refuse('t.Recursive', checked['Recursive']!, { message, remedy })
    }
  }
  for (const [name, list] of Object.entries(ARGUMENTS)) {
    const make = (builder as unknown as Record<string, AnyFunction>)[name]!
    const call = `t.${name}`
    const value: AnyFunction = (...args) => {
      const problem = problemOf(call, list, args)
      if (problem !== undefined) refuse(call, value, problem)
      const [first, ...rest] = args
      return make.apply(builder, name === 'Recursive' ? [holding(first as AnyFunction), ...rest] : [...args])
    }
    // Not assigned: the builder may be a module namespace, whose names are read-only, also for objects that inherit them.
    Object.defineProperty(checked, name, { value, enumerable: true })
  }
  return checked as unknown as Builder
}

function refuse(call: string, below: AnyFunction, problem: SchemaProblem): never {
  throw toCallError(call, [{ code: 'ERR_CORE_SCHEMA_INVALID', place: placeOf(call, below), ...problem }])
}

const ORDINALS = ['first', 'second', 'third', 'fourth', 'fifth']

function problemOf(
  call: string,
  list: readonly Argument[],
  args: readonly unknown[],
): SchemaProblem | undefined {
  const at = list.findIndex(({ test }, i) => !test(args[i]))
  if (at === -1) return list[1] === KEYS ? unknownKey(args[0], args[1]) : undefined
  const { what, remedy } = list[at]!
  const value = args[at]
  const subject = `The ${ORDINALS[at]} argument`
  if (at >= args.length) return { message: `${subject} is missing.`, remedy: `Give ${what}.` }
  return { message: `${subject} must be ${what}, not ${describeValue(value)}.`, remedy: remedy(value, call) }
}

/** A name that the schema does not have: a misspelt member would not be omitted. */
function unknownKey(schema: unknown, keys: unknown): SchemaProblem | undefined {
  const names = Array.isArray(keys) ? namesOf(schema) : undefined
  const unknown = names && (keys as unknown[]).map(String).find((key) => !names.includes(key))
  if (names === undefined || unknown === undefined) return undefined
  const near = nearestName(unknown, names)
  return {
    message: `The schema has no member '${unknown}'.`,
    remedy: near === undefined ? `It has ${names.join(', ') || 'none'}.` : `Did you mean '${near}'?`,
  }
}

/** Names of the members of an object, or of the objects in a union or intersection; `undefined` where others are possible. */
function namesOf(schema: unknown): string[] | undefined {
  if (!isRecord(schema)) return undefined
  const { properties, allOf, anyOf } = schema
  const parts = [allOf, anyOf].find(Array.isArray) as readonly unknown[] | undefined
  if (parts === undefined) return isRecord(properties) ? Object.keys(properties) : undefined
  const names = parts.map(namesOf)
  return names.some((list) => list === undefined) ? undefined : (names as string[][]).flat()
}
