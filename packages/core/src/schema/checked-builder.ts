import type { JavaScriptTypeBuilder } from '@sinclair/typebox'
import { describeValue, nearestName, placeOf, SetupError } from '../errors/index.ts'
import { ARGUMENTS, FUNCTION, KEYS, SCHEMA, type Argument } from './builder-arguments.ts'
import { isRecord } from './json-schema.ts'

type Builder = InstanceType<typeof JavaScriptTypeBuilder>
type AnyFunction = (...args: readonly unknown[]) => unknown

/**
 * The builder, whose functions say what is wrong with their arguments. By itself it throws what happens inside of it, or
 * makes a schema that takes anything.
 */
export function checkedBuilder(builder: Builder): Builder {
  const checked = Object.create(builder) as Record<string, AnyFunction>
  /** A function whose result TypeBox writes on. */
  const holding = (callback: AnyFunction): AnyFunction => {
    return (self) => {
      const made = callback(self)
      if (SCHEMA.test(made)) return made
      const message = `The function gave ${describeValue(made)}, not ${SCHEMA.what}.`
      return refuse('t.Recursive', checked['Recursive']!, {
        message,
        remedy: FUNCTION.remedy(made, 't.Recursive'),
      })
    }
  }
  for (const [name, list] of Object.entries(ARGUMENTS)) {
    const make = (builder as unknown as Record<string, AnyFunction>)[name]!
    const call = `t.${name}`
    const value: AnyFunction = (...args) => {
      const fault = faultOf(call, list, args)
      if (fault !== undefined) refuse(call, value, fault)
      const [first, ...rest] = args
      return make.apply(builder, name === 'Recursive' ? [holding(first as AnyFunction), ...rest] : [...args])
    }
    // Not assigned: the builder may be a module, whose names cannot be written, nor those of what is made of it.
    Object.defineProperty(checked, name, { value, enumerable: true })
  }
  return checked as unknown as Builder
}

interface Fault {
  readonly message: string
  readonly remedy: string
}

function refuse(call: string, below: AnyFunction, fault: Fault): never {
  throw new SetupError([{ code: 'ERR_CORE_SCHEMA_INVALID', place: placeOf(call, below), ...fault }])
}

const ORDINALS = ['first', 'second', 'third', 'fourth', 'fifth']

function faultOf(call: string, list: readonly Argument[], args: readonly unknown[]): Fault | undefined {
  const at = list.findIndex(({ test }, i) => !test(args[i]))
  if (at === -1) return list[1] === KEYS ? strayKey(args[0], args[1]) : undefined
  const { what, remedy } = list[at]!
  const value = args[at]
  const subject = `The ${ORDINALS[at]} argument`
  if (at >= args.length) return { message: `${subject} is missing.`, remedy: `Give ${what}.` }
  return { message: `${subject} must be ${what}, not ${describeValue(value)}.`, remedy: remedy(value, call) }
}

/** A name that the schema does not have: a member that was to be left out would stay in. */
function strayKey(schema: unknown, keys: unknown): Fault | undefined {
  const names = Array.isArray(keys) ? namesOf(schema) : undefined
  const stray = names && (keys as unknown[]).map(String).find((key) => !names.includes(key))
  if (names === undefined || stray === undefined) return undefined
  const near = nearestName(stray, names)
  return {
    message: `The schema has no member '${stray}'.`,
    remedy: near === undefined ? `It has ${names.join(', ') || 'none'}.` : `Did you mean '${near}'?`,
  }
}

/** Names of the members of an object, or of the objects that a schema is made of; `undefined` where others may be there. */
function namesOf(schema: unknown): string[] | undefined {
  if (!isRecord(schema)) return undefined
  const { properties, allOf, anyOf } = schema
  const parts = [allOf, anyOf].find(Array.isArray) as readonly unknown[] | undefined
  if (parts === undefined) return isRecord(properties) ? Object.keys(properties) : undefined
  const names = parts.map(namesOf)
  return names.some((list) => list === undefined) ? undefined : (names as string[][]).flat()
}
