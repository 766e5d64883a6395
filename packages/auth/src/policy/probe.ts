// What the start can see of a rule: it is asked for a caller and a record of which nothing is known.
import { conditionsOn, isCondition, UNKNOWN, watchRule, type Condition } from '@keelson/core/conditions'
import { Asking } from './asking.ts'

/** What was seen until the rule asked something that only a caller can answer. */
export interface Probed {
  /** The lists without members that it wrote. */
  readonly empty: ReadonlySet<'all' | 'any'>
  /** Columns of comparisons that it made and did not give, as `&&` between two of them omits the first. */
  readonly dropped: ReadonlySet<string>
  /** Columns that it compares with what the caller is. */
  readonly compared: ReadonlySet<string>
}

/** More than a rule looks at, and few enough for one that goes along a chain without end. */
const MOST_LOOKS = 1000

/** What of the caller counts as false: nothing, what its functions answer, or its members. */
type Absent = 'nothing' | 'answers' | 'members'

/**
 * Asks a rule for a caller whose members are all true; and again where they, or what they answer, are not, since what stands behind `||` is asked
 * for such a caller alone.
 */
export function probe(rule: (subject: never, record: never) => unknown): Probed {
  const probed = ask(rule, 'nothing')
  const others = (['answers', 'members'] as const).flatMap((absent) => [...ask(rule, absent).dropped])
  return { ...probed, dropped: new Set([...probed.dropped, ...others]) }
}

/**
 * Asks a rule for a caller whose members have no value. It ends where the rule would have to know one: what it throws
 * then says nothing, and neither does what it has not joined yet.
 */
function ask(rule: (subject: never, record: never) => unknown, absent: Absent): Probed {
  const empty = new Set<'all' | 'any'>()
  const compared = new Set<string>()
  const loose = new Map<unknown, string>()
  const isUnknown = new WeakSet<object>()
  // A rule that keeps what it makes now has no answer for a caller.
  const asking = new Asking(true)
  const comparison = (column: string, value: unknown): Condition => {
    const made = asking.made(conditionsOn({ [column]: { kind: 'json' } })[column]!.isNull() as Condition)
    loose.set(made, column)
    if (isFound(value, isUnknown)) compared.add(column)
    return made
  }
  const watch = {
    empty: (op: 'all' | 'any') => {
      empty.add(op)
      return UNKNOWN
    },
    operand: (member: unknown, op: 'all' | 'any' | 'not') => {
      loose.delete(member)
      return isFound(member, isUnknown) ? op === 'all' : member
    },
    made: (condition: Condition) => asking.made(condition),
  }
  try {
    const caller = unknownCaller(isUnknown, absent)
    const said = watchRule(() => rule(caller as never, unknownRecord(comparison) as never), watch)
    loose.delete(said)
    // Of callers who are refused it may have asked more than it needs.
    if (absent !== 'nothing' && !isAdmitting(said)) loose.clear()
  } catch {
    // It went on with a value that is not there.
    loose.clear()
  }
  return { empty, dropped: new Set(loose.values()), compared }
}

function isAdmitting(said: unknown): boolean {
  if (!isCondition(said)) return said === true
  const { op } = said as Condition
  return op !== 'never' && op !== 'unknown'
}

function isFound(value: unknown, among: WeakSet<object>): boolean {
  return typeof value === 'function' && among.has(value)
}

function unknownRecord(comparison: (column: string, value: unknown) => Condition): unknown {
  const termOf = (column: string) =>
    new Proxy({}, { get: () => (value: unknown) => comparison(column, value) })
  return new Proxy({}, { get: (_, column) => (typeof column === 'string' ? termOf(column) : undefined) })
}

function unknownCaller(isUnknown: WeakSet<object>, absent: Absent): unknown {
  let looks = 0
  const end = (): never => {
    throw new Error('Only a caller can answer this.')
  }
  const member = (name: string | symbol, found: unknown): unknown =>
    // A text, a number, a list: what follows depends on it.
    typeof name === 'symbol' || ++looks > MOST_LOOKS ? end() : found
  const value: object = new Proxy(() => undefined, {
    get: (_, name) => member(name, absent === 'members' ? undefined : value),
    apply: () => (absent === 'answers' ? undefined : value),
    construct: () => value,
    has: end,
    ownKeys: end,
    getOwnPropertyDescriptor: end,
  })
  isUnknown.add(value)
  // Of the user itself it says that there is one.
  return absent === 'members' ? new Proxy({}, { get: (_, name) => member(name, value) }) : value
}
