import { fill, REMEDIES, type ServiceProblem, type Values } from './messages.ts'
import { tokenConstant } from './token.ts'

/** A constructor's parameters, as far as they are known. */
export interface Signature {
  /** From the source text; none if there is no text. */
  readonly names: readonly string[]
  /** How many must be passed. */
  readonly count: number
}

/** The constructor parameter that a message is about. */
export interface ParameterPlace {
  /** Name of the class. */
  readonly owner: string
  /** From 1. */
  readonly position: number
  /** From the source text, if there is one. */
  readonly name: string | undefined
}

/** A problem of one parameter: why, what else to do, and its type, where the message has them. */
export function parameterProblem(
  name: ServiceProblem['name'],
  place: ParameterPlace,
  [because = '', remedy = '', type = '']: readonly string[] = [],
): ServiceProblem {
  const values = { owner: place.owner, parameter: parameterLabel(place), constant: constantOf(place.name) }
  return { name, values: { ...values, because, remedy, type } }
}

/** A need that is neither a token nor a class, with the remedy that the value suggests. */
export function needProblem(owner: string, entry: string, value: unknown): ServiceProblem {
  const constant = typeof value === 'string' ? constantOf(value) : ''
  const kind =
    constant === '' ? (value === undefined || isNeedObject(value) ? 'Undefined' : 'Other') : 'String'
  const values = { owner, entry, constant, value: describeValue(value) }
  return { name: 'invalidNeed', values: { ...values, remedy: fill(REMEDIES[`need${kind}`], values) } }
}

/** `Parameter 2 (clock)`. */
export function parameterLabel({ position, name }: ParameterPlace): string {
  return `Parameter ${position}${name === undefined ? '' : ` (${name})`}`
}

/** Parameters as their names, and as the constants that may stand for them in `static inject`. */
export function signatureValues({ names, count }: Signature): Values {
  const all = Array.from({ length: Math.max(names.length, count) }, (_, index) => names[index])
  return {
    parameters: all.map((name, index) => name ?? `parameter ${index + 1}`).join(', '),
    constants: all.map(constantOf).join(', '),
  }
}

/** A parameter's name as the constant that may stand for it; `TOKEN` where the name says nothing. */
function constantOf(name: string | undefined): string {
  const words = name?.replace(/^[_$]+/, '') ?? ''
  return /^\p{L}/u.test(words) ? tokenConstant(Symbol(words)) : 'TOKEN'
}

function isNeedObject(value: unknown): value is { readonly '~need': string } {
  return typeof value === 'object' && value !== null && '~need' in value
}

/** A value as a message may show it; never the contents of an object, which may be secret. */
export function describeValue(value: unknown): string {
  if (typeof value === 'string') return `'${value.length > 40 ? `${value.slice(0, 40)}…` : value}'`
  if (typeof value === 'function') return value.name === '' ? 'a function' : `the function ${value.name}`
  if (isNeedObject(value)) return `${value['~need']}() of undefined`
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object' && value !== null) return 'an object'
  return String(value)
}
