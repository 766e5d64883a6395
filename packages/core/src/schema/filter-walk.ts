// On the request path: the response filter where code cannot be generated, and in development and test, where it also
// reports what it removed. Must do exactly what the code of filter-code.ts does; a test compares them.
import { isPlain } from '../errors/index.ts'
import { findPromises, isUnawaited } from './find-promises.ts'
import { escapePointer } from './json-schema.ts'
import { isFree, type Branches, type Items, type Layout, type Members } from './layout.ts'
import { isSerialisable, toPlain } from './to-plain.ts'

/** Receives what the filter finds. Without a sink, a value that the layout has no place for is a {@link MisfitError}. */
export interface FilterSink {
  /** A property or a member of an array that no schema declares, by JSON Pointer. */
  undeclared(pointer: string): void
  /** An object or array where none is declared; it stays, for the validator to refuse. */
  misfit(pointer: string): void
  /** A promise that nobody awaited, where an object is declared. */
  promise?(pointer: string): void
}

/** A value that cannot be filtered: its schema has no place for an object or an array there. */
export class MisfitError extends Error {
  override readonly name = 'MisfitError'
}

/**
 * Removes from a value what its layout does not declare. Returns the value itself when there is nothing to remove; never
 * changes it. Calls `toJSON` first, like `JSON.stringify`.
 *
 * @throws {MisfitError} for an object or array where the schema declares none, without a sink
 */
export function filterByWalk(layout: Layout, value: unknown, sink?: FilterSink): unknown {
  return new Walk(sink).value(layout, value, '')
}

type Plain = Readonly<Record<string, unknown>>

class Walk {
  readonly #sink: FilterSink | undefined

  constructor(sink: FilterSink | undefined) {
    this.#sink = sink
  }

  value(layout: Layout, value: unknown, at: string): unknown {
    if (typeof value !== 'object' || value === null || isFree(layout)) return value
    if (this.#sink?.promise !== undefined && isUnawaited(value)) {
      this.#sink.promise(at)
      return value
    }
    if (!isSerialisable(value)) return this.#structure(layout, value, { at, mustCopy: false })
    const written = value.toJSON('')
    if (typeof written !== 'object' || written === null) return written
    return this.#structure(layout, written, { at, mustCopy: true })
  }

  #structure({ object, array }: Layout, value: object, place: WalkPlace): unknown {
    const layout = Array.isArray(value) ? array : object
    if (layout === 'free') return place.mustCopy ? toPlain(value, true) : value
    if (layout === 'none') return this.#misfit(value, place.at)
    switch (layout.kind) {
      case 'members':
        return this.#members(layout, value, place)
      case 'items':
        return this.#items(layout, value as readonly unknown[], place)
      case 'tagged': {
        const chosen = layout.cases.get((value as Plain)[layout.tag])
        return chosen === undefined ? this.#misfit(value, place.at) : this.#structure(chosen, value, place)
      }
      case 'branches':
        return this.#branches(layout, value, place)
    }
  }

  #branches(layout: Branches, value: object, { at, mustCopy }: WalkPlace): unknown {
    if (this.#sink?.promise !== undefined)
      for (const pointer of findPromises(value, at)) this.#sink.promise(pointer)
    const plain = toPlain(value, mustCopy) as object
    const chosen = chooseBranch(layout, plain)
    if (chosen === undefined) return this.#misfit(plain, at)
    return this.#structure(chosen, plain, { at, mustCopy: false })
  }

  #members(layout: Members, source: object, { at, mustCopy }: WalkPlace): unknown {
    const copy: Record<string, unknown> = {}
    let isChanged = mustCopy || !isPlain(source)
    for (const [name, inner] of layout.properties) {
      const member = readMember(source, name)
      if (member === undefined) continue
      copy[name] = this.value(inner, member, this.#below(at, name))
      if (isOther(copy[name], member)) isChanged = true
    }
    for (const name of Object.keys(source)) {
      if (layout.properties.has(name)) continue
      const inner = layoutOfName(layout, name)
      if (inner === undefined) {
        isChanged = true
        this.#sink?.undeclared(this.#below(at, name))
        continue
      }
      const member = (source as Plain)[name]
      const filtered = this.value(inner, member, this.#below(at, name))
      if (isOther(filtered, member)) isChanged = true
      setMember(copy, name, filtered)
    }
    return isChanged ? copy : source
  }

  #items(layout: Items, source: readonly unknown[], { at, mustCopy }: WalkPlace): unknown {
    let copy = mustCopy ? ([] as unknown[]) : undefined
    for (let i = 0; i < source.length; i++) {
      const item = source[i]
      const inner = layout.prefix[i] ?? layout.rest
      if (inner === undefined) {
        copy ??= source.slice(0, i)
        this.#sink?.undeclared(this.#below(at, String(i)))
        continue
      }
      const filtered = this.value(inner, item, this.#below(at, String(i)))
      if (copy === undefined && isOther(filtered, item)) copy = source.slice(0, i)
      copy?.push(filtered)
    }
    return copy ?? source
  }

  #misfit(value: object, at: string): object {
    if (this.#sink === undefined) throw new MisfitError()
    this.#sink.misfit(at)
    return value
  }

  /** Pointers are made only for a sink. */
  #below(at: string, name: string): string {
    return this.#sink === undefined ? '' : `${at}/${escapePointer(name)}`
  }
}

interface WalkPlace {
  readonly at: string
  /** Whether the value is the result of a `toJSON`: its own `toJSON` must not be called when it is serialised. */
  readonly mustCopy: boolean
}

/** Whether the filter changed a member. It never changes scalars, and NaN does not equal itself. */
function isOther(filtered: unknown, member: unknown): boolean {
  return filtered !== member && typeof member === 'object'
}

/** A member by name; what every object inherits is not a member. */
function readMember(source: object, name: string): unknown {
  if (name in Object.prototype && !Object.hasOwn(source, name)) return undefined
  return (source as Plain)[name]
}

/** Sets an own member, also one named `__proto__`, which an assignment would not set. */
export function setMember(target: object, name: string, value: unknown): void {
  if (name === '__proto__') {
    Object.defineProperty(target, name, { value, enumerable: true, configurable: true, writable: true })
  } else {
    ;(target as Record<string, unknown>)[name] = value
  }
}

/** Layout of a member that is not listed by name; `undefined` when it is undeclared. */
export function layoutOfName(layout: Members, name: string): Layout | undefined {
  for (const { pattern, layout: inner } of layout.patterns) if (pattern.test(name)) return inner
  return layout.rest
}

// The merged layouts of values that match several branches, by the indexes of the branches.
const merged = new WeakMap<Branches, Map<string, Layout>>()

/** The layout of a value by the branches that accept it; `undefined` when none does. */
export function chooseBranch(layout: Branches, plain: unknown): Layout | undefined {
  const { branches } = layout
  const accepting: number[] = []
  for (let i = 0; i < branches.length; i++) if (branches[i]!.validator.check(plain)) accepting.push(i)
  if (accepting.length === 0) return undefined
  if (accepting.length === 1) return branches[accepting[0]!]!.layout
  const known = merged.get(layout) ?? new Map<string, Layout>()
  merged.set(layout, known)
  const key = accepting.join()
  let both = known.get(key)
  if (both === undefined) {
    both = layout.merge(accepting)
    known.set(key, both)
  }
  return both
}
