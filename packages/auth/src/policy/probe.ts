// What the start can see of a rule: it is asked once for a caller of whom nothing is known.
import { UNKNOWN, withoutEmptyLists } from '@keelson/core/conditions'

/** What was seen until the rule asked something that only a caller can answer. */
export interface Probed {
  /** The lists without members that it wrote. */
  readonly empty: ReadonlySet<'all' | 'any'>
}

/** More than a rule looks at, and few enough for one that goes along a chain without end. */
const MOST_LOOKS = 1000

/**
 * Asks a rule for a caller whose members are all there and have no value. It ends where the rule would have to know one: what it throws
 * then says nothing.
 */
export function probe(rule: (subject: never) => unknown): Probed {
  const empty = new Set<'all' | 'any'>()
  try {
    withoutEmptyLists(
      () => rule(unknownCaller() as never),
      (op) => {
        empty.add(op)
        return UNKNOWN
      },
    )
  } catch {
    // It went on with a value that is not there.
  }
  return { empty }
}

function unknownCaller(): unknown {
  let looks = 0
  const end = (): never => {
    throw new Error('Only a caller can answer this.')
  }
  const get = (_: unknown, name: string | symbol): unknown => {
    // A text, a number, a list: what follows depends on it.
    if (typeof name === 'symbol' || ++looks > MOST_LOOKS) return end()
    return value
  }
  const value: unknown = new Proxy(() => undefined, {
    get,
    apply: () => value,
    construct: () => value as object,
    has: end,
    ownKeys: end,
    getOwnPropertyDescriptor: end,
  })
  return value
}
