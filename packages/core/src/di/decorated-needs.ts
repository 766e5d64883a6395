import type { DeclaredNeeds } from './class-needs.ts'
import type { ConstructorText } from './constructor-parameters.ts'
import type { ParameterMetadata } from './engine.ts'
import {
  needProblem,
  parameterLabel,
  type ParameterPlace,
  parameterProblem,
  signatureValues,
} from './message-values.ts'
import { type ServiceProblem, UNSUPPORTED, UNTYPED } from './messages.ts'
import { isClass, type NeedEntry, readNeed } from './needs.ts'

/** What tsyringe's `@inject` and its relatives leave for a parameter. */
interface ParameterDescriptor {
  readonly token?: unknown
  readonly multiple?: boolean
  readonly isOptional?: boolean
  readonly transform?: unknown
}

/** A class with decorators, as far as it can be read without constructing it. */
export interface DecoratedClass {
  /** Name for messages: of the class that is asked for, which may extend the decorated one. */
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
 * type names nothing, the default applies.
 */
export function readDecoratedNeeds({ name, owner, metadata, text }: DecoratedClass): DeclaredNeeds {
  const names = text?.names ?? []
  if (metadata.types === undefined && hasGap(metadata, owner.length)) {
    const values = { class: name, ...signatureValues({ names, count: owner.length }) }
    return { needs: [], problems: [{ name: 'noMetadata', values }] }
  }
  const needs: NeedEntry[] = []
  const problems: ServiceProblem[] = []
  for (let index = 0; index < countParameters(metadata, owner.length); index++) {
    const read = readParameter(metadata, { owner: name, position: index + 1, name: names[index] })
    if ('kind' in read) needs.push(read)
    else if (index >= owner.length && metadata.tokens[index] === undefined) needs.push(DEFAULT_VALUE)
    else problems.push(read)
  }
  return { needs, problems }
}

function hasGap({ tokens }: ParameterMetadata, length: number): boolean {
  return Array.from({ length }, (_, index) => index).some((index) => tokens[index] === undefined)
}

function countParameters({ types, tokens }: ParameterMetadata, length: number): number {
  return Math.max(length, types?.length ?? 0, ...Object.keys(tokens).map((index) => Number(index) + 1))
}

function readParameter(
  { types, tokens }: ParameterMetadata,
  place: ParameterPlace,
): NeedEntry | ServiceProblem {
  const type = types?.[place.position - 1]
  const named = tokens[place.position - 1]
  if (named !== undefined) return readNamed(named, place)
  // tsyringe writes what `@inject` named into the list of types as well, where a derived class finds it.
  return typeof type === 'object' && type !== null ? readNamed(type, place) : readType(type, place)
}

function readType(type: unknown, place: ParameterPlace): NeedEntry | ServiceProblem {
  if (type === undefined) return parameterProblem('typeMissing', place)
  const untyped = UNTYPED.get(type)
  if (untyped !== undefined) return parameterProblem('untyped', place, [...untyped, (type as Function).name])
  return isClass(type)
    ? { kind: 'direct', target: type as never }
    : needProblem(place.owner, parameterLabel(place), type)
}

function readNamed(named: unknown, place: ParameterPlace): NeedEntry | ServiceProblem {
  const descriptor: ParameterDescriptor =
    typeof named === 'object' && named !== null ? (named as ParameterDescriptor) : { token: named }
  if (descriptor.transform !== undefined)
    return parameterProblem('unsupported', place, UNSUPPORTED.injectWithTransform)
  if (descriptor.multiple === true) return parameterProblem('unsupported', place, UNSUPPORTED.injectAll)
  const { token } = descriptor
  const need = readNeed(token)
  if (need !== undefined) {
    return descriptor.isOptional === true ? { kind: 'optional', target: need.target } : need
  }
  const isDelayed = typeof token === 'object' && token !== null && 'wrap' in token
  return isDelayed
    ? parameterProblem('unsupported', place, UNSUPPORTED.delay)
    : needProblem(place.owner, `\`@inject\` of ${parameterLabel(place).replace('P', 'p')}`, token)
}
