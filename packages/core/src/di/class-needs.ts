import { type ConstructorText, readConstructor } from './constructor-parameters.ts'
import { readParameterMetadata } from './engine.ts'
import { describeValue, needProblem, signatureValues } from './message-values.ts'
import { fill, REMEDIES, type ServiceProblem } from './messages.ts'
import { isClass, isNativeClass, type NeedEntry, readNeed } from './needs.ts'
import { readDecoratedNeeds } from './decorated-needs.ts'

/** What a service needs, in the order of its parameters, or why that cannot be known. */
export interface DeclaredNeeds {
  readonly needs: readonly NeedEntry[]
  readonly problems: readonly ServiceProblem[]
}

const NOTHING: DeclaredNeeds = { needs: [], problems: [] }

/**
 * Reads what a class needs without constructing it: from `static inject`, else from decorators, each of the class
 * itself or, when it has no constructor of its own, of its base.
 */
export function readClassNeeds(target: Function): DeclaredNeeds {
  for (let current: unknown = target; isClass(current); current = Object.getPrototypeOf(current)) {
    if (Object.hasOwn(current, 'inject')) return fromStaticInject(target, current)
    const metadata = readParameterMetadata(current)
    const text = readConstructor(current)
    if (metadata !== undefined && (text !== undefined || (metadata.types?.length ?? 0) > 0)) {
      return readDecoratedNeeds({ name: nameOf(target), owner: current, metadata, text })
    }
    if (text !== undefined || isNativeClass(current)) return fromConstructor(target, current, text)
  }
  return NOTHING
}

/** The class that declares the constructor has no declaration of its own; its base's `static inject` may be meant. */
function fromConstructor(
  target: Function,
  owner: Function,
  text: ConstructorText | undefined,
): DeclaredNeeds {
  const count = Math.max(owner.length, text?.names.length ?? 0)
  if (count === 0) return NOTHING
  const inherited: unknown = (owner as { inject?: unknown }).inject
  if (inherited !== undefined) return fromStaticInject(target, owner)
  // Bases such as node's EventEmitter are functions or native, with parameters that may be omitted.
  if (owner !== target && (text === undefined || text.isFunction)) return NOTHING
  if (owner.length === 0) return NOTHING
  const values = {
    class: nameOf(target),
    inherited: owner === target ? '' : `, inherited from ${nameOf(owner)},`,
    ...signatureValues({ names: text?.names ?? [], count: owner.length }),
  }
  return { needs: [], problems: [{ name: 'undeclared', values }] }
}

function fromStaticInject(target: Function, owner: Function): DeclaredNeeds {
  const name = nameOf(target)
  const list: unknown = (owner as { inject?: unknown }).inject
  if (!Array.isArray(list)) {
    const values = { class: name, value: describeValue(list) }
    return { needs: [], problems: [{ name: 'injectNotList', values }] }
  }
  const problems: ServiceProblem[] = []
  const needs = readNeedList(list, { owner: name, list: 'static inject' }, problems)
  const constructor = declaringConstructor(owner)
  if (!takes(constructor, list.length)) {
    const isInherited = !Object.hasOwn(target, 'inject')
    problems.push(lengthProblem(name, { listed: list.length, isInherited }, constructor))
  }
  return { needs, problems }
}

function lengthProblem(
  name: string,
  { listed, isInherited }: { readonly listed: number; readonly isInherited: boolean },
  { names, length }: DeclaringConstructor,
): ServiceProblem {
  const count = Math.max(length, names.length)
  const signature = signatureValues({ names, count: length })
  const taken = count === 0 ? 'none' : `${count}, (${signature['parameters']})`
  const remedy = REMEDIES[isInherited ? 'injectInherited' : count === 0 ? 'injectNone' : 'injectAll']
  return {
    name: 'injectLength',
    values: { class: name, listed, taken, remedy: fill(remedy, { class: name, ...signature }) },
  }
}

/** Reads a list of needs; entries that are not needs become problems. */
export function readNeedList(
  list: readonly unknown[],
  words: { readonly owner: string; readonly list: string },
  problems: ServiceProblem[],
): NeedEntry[] {
  const needs: NeedEntry[] = []
  for (const [index, value] of Array.from(list).entries()) {
    const need = readNeed(value)
    if (need !== undefined) needs.push(need)
    else problems.push(needProblem(words.owner, `Entry ${index + 1} of ${words.list}`, value))
  }
  return needs
}

interface DeclaringConstructor extends ConstructorText {
  /** Parameters before the first that has a default value. */
  readonly length: number
}

/** The constructor that will run: the class's own, or the nearest base's. Of a native one more is not known. */
function declaringConstructor(target: Function): DeclaringConstructor {
  for (let current: unknown = target; isClass(current); current = Object.getPrototypeOf(current)) {
    const text = readConstructor(current)
    if (text !== undefined) return { ...text, length: current.length }
    if (isNativeClass(current))
      return { names: [], isOpenEnded: true, isFunction: false, length: current.length }
  }
  return { names: [], isOpenEnded: false, isFunction: false, length: 0 }
}

function takes(constructor: DeclaringConstructor, count: number): boolean {
  return count === constructor.length || (count > constructor.length && constructor.isOpenEnded)
}

/** Name of a class for messages. */
export function nameOf(target: Function): string {
  return target.name === '' ? '(class without a name)' : target.name
}
