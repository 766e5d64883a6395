import type { DeclaredNeeds } from './class-needs.ts'
import type { ConstructorText } from './constructor-parameters.ts'
import type { ParameterMetadata } from './engine.ts'
import { type Fault, FAULTS, parameterLabel, type ParameterPlace } from './faults.ts'
import { isClass, type NeedEntry, readNeed } from './needs.ts'

const UNTYPED: ReadonlySet<unknown> = new Set([
  Object,
  Function,
  Array,
  String,
  Number,
  Boolean,
  Symbol,
  BigInt,
])

/** What tsyringe's `@inject` and its relatives leave for a parameter. */
interface ParameterDescriptor {
  readonly token?: unknown
  readonly multiple?: boolean
  readonly isOptional?: boolean
  readonly transform?: unknown
}

/** A class with decorators, as far as it can be read without constructing it. */
export interface DecoratedClass {
  /** Name for messages: of the class that is asked for, which may be derived from the decorated one. */
  readonly name: string
  /** The class that is decorated and has the constructor. */
  readonly owner: Function
  readonly metadata: ParameterMetadata
  readonly text: ConstructorText | undefined
}

// An optional need that nothing ever provides: `undefined` is passed, and so the default value applies.
const DEFAULT_VALUE: NeedEntry = { kind: 'optional', target: Symbol('default value') as never }

/**
 * Reads the needs of a decorated class. A parameter beyond the constructor's `length` has a default value: where its
 * type names nothing, the default is left to apply.
 */
export function readDecoratedNeeds({ name, owner, metadata, text }: DecoratedClass): DeclaredNeeds {
  const names = text?.names ?? []
  if (metadata.types === undefined && hasGap(metadata, owner.length)) {
    return { needs: [], faults: [FAULTS.noMetadata(name, { names, count: owner.length })] }
  }
  const needs: NeedEntry[] = []
  const faults: Fault[] = []
  for (let index = 0; index < countParameters(metadata, owner.length); index++) {
    const read = readParameter(metadata, { owner: name, position: index + 1, name: names[index] })
    if ('kind' in read) needs.push(read)
    else if (index >= owner.length && metadata.tokens[index] === undefined) needs.push(DEFAULT_VALUE)
    else faults.push(read)
  }
  return { needs, faults }
}

function hasGap({ tokens }: ParameterMetadata, length: number): boolean {
  return Array.from({ length }, (_, index) => index).some((index) => tokens[index] === undefined)
}

function countParameters({ types, tokens }: ParameterMetadata, length: number): number {
  return Math.max(length, types?.length ?? 0, ...Object.keys(tokens).map((index) => Number(index) + 1))
}

function readParameter({ types, tokens }: ParameterMetadata, place: ParameterPlace): NeedEntry | Fault {
  const type = types?.[place.position - 1]
  const named = tokens[place.position - 1]
  if (named !== undefined) return readNamed(named, place)
  // tsyringe writes what `@inject` named into the list of types as well, where a derived class finds it.
  return typeof type === 'object' && type !== null ? readNamed(type, place) : readType(type, place)
}

function readType(type: unknown, place: ParameterPlace): NeedEntry | Fault {
  if (type === undefined) return FAULTS.circularType(place)
  if (UNTYPED.has(type)) return FAULTS.untypedParameter(place, type as Function)
  return isClass(type)
    ? { kind: 'direct', target: type as never }
    : FAULTS.invalidNeed(place.owner, parameterLabel(place), type)
}

function readNamed(named: unknown, place: ParameterPlace): NeedEntry | Fault {
  const descriptor: ParameterDescriptor =
    typeof named === 'object' && named !== null ? (named as ParameterDescriptor) : { token: named }
  if (descriptor.transform !== undefined) return FAULTS.unsupportedParameter(place, 'injectWithTransform')
  if (descriptor.multiple === true) return FAULTS.unsupportedParameter(place, 'injectAll')
  const { token } = descriptor
  const need = readNeed(token)
  if (need !== undefined) {
    return descriptor.isOptional === true ? { kind: 'optional', target: need.target } : need
  }
  const isDelayed = typeof token === 'object' && token !== null && 'wrap' in token
  return isDelayed
    ? FAULTS.unsupportedParameter(place, 'delay')
    : FAULTS.invalidNeed(place.owner, `\`@inject\` of ${parameterLabel(place).replace('P', 'p')}`, token)
}
