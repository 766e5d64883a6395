import type { DeclaredNeeds } from './class-needs.ts'
import type { ParameterMetadata } from './engine.ts'
import {
  circularTypeFault,
  type Fault,
  invalidNeedFault,
  noMetadataFault,
  unsupportedParameterFault,
  untypedParameterFault,
} from './faults.ts'
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

/**
 * Reads the needs of a decorated class. A parameter beyond the constructor's `length` has a default value: where its
 * type names nothing, the default is left to apply.
 */
export function readDecoratedNeeds(
  name: string,
  owner: Function,
  metadata: ParameterMetadata,
  names: readonly string[],
): DeclaredNeeds {
  const { types, tokens } = metadata
  const needs: NeedEntry[] = []
  const faults: Fault[] = []
  const tokenCount = Math.max(-1, ...Object.keys(tokens).map(Number)) + 1
  const count = Math.max(owner.length, tokenCount, types?.length ?? 0)
  if (types === undefined && hasGap(tokens, owner.length)) {
    return { needs, faults: [noMetadataFault(name, names, owner.length)] }
  }
  for (let index = 0; index < count; index++) {
    const named = tokens[index] ?? asDescriptor(types?.[index])
    const label = `Parameter ${index + 1}${names[index] === undefined ? '' : ` (${names[index]})`}`
    const read =
      named === undefined
        ? readType(types?.[index], name, label, names[index])
        : readNamed(named, name, label)
    if ('kind' in read) needs.push(read)
    else if (index >= owner.length && named === undefined) break
    else faults.push(read)
  }
  return { needs, faults }
}

function hasGap(tokens: ParameterMetadata['tokens'], length: number): boolean {
  return Array.from({ length }, (_, index) => index).some((index) => tokens[index] === undefined)
}

/** tsyringe writes what `@inject` named into the list of types as well, where a subclass finds it. */
function asDescriptor(type: unknown): ParameterDescriptor | undefined {
  return typeof type === 'object' && type !== null ? (type as ParameterDescriptor) : undefined
}

function readType(type: unknown, owner: string, label: string, name: string | undefined): NeedEntry | Fault {
  if (type === undefined) return circularTypeFault(owner, lowerFirst(label), name)
  if (UNTYPED.has(type)) return untypedParameterFault(owner, label, name, type as Function)
  return isClass(type) ? { kind: 'direct', target: type as never } : invalidNeedFault(owner, label, type)
}

function readNamed(named: unknown, owner: string, label: string): NeedEntry | Fault {
  const descriptor: ParameterDescriptor =
    typeof named === 'object' && named !== null ? (named as ParameterDescriptor) : { token: named }
  if (descriptor.transform !== undefined)
    return unsupportedParameterFault(owner, label, 'injectWithTransform')
  if (descriptor.multiple === true) return unsupportedParameterFault(owner, label, 'injectAll')
  const { token } = descriptor
  const need = readNeed(token)
  if (need !== undefined)
    return descriptor.isOptional === true ? { kind: 'optional', target: need.target } : need
  const isDelayed = typeof token === 'object' && token !== null && 'wrap' in token
  return isDelayed
    ? unsupportedParameterFault(owner, label, 'delay')
    : invalidNeedFault(owner, `@inject of ${lowerFirst(label)}`, token)
}

function lowerFirst(label: string): string {
  return label.charAt(0).toLowerCase() + label.slice(1)
}
