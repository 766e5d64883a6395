// Kysely runs a query in an async function of its own, whose promise the session does not know. So its builders are watched where they
// are executed: in a transaction, one that nobody awaits fails that, and not the process.
import { QueryError } from '../errors.ts'
import type { PublicFunction } from '../session/index.ts'

/** Runs what a builder executes; `execute` is the function that the code called. */
export type Executing = <T>(execute: PublicFunction, work: () => Promise<T>) => Promise<T>

type AnyFunction = (...args: unknown[]) => unknown

const EXECUTES: ReadonlySet<PropertyKey> = new Set([
  'execute',
  'executeQuery',
  'executeTakeFirst',
  'executeTakeFirstOrThrow',
  'explain',
])

/** A member of these has what makes or executes a query; the others that builders give are parts of one. */
const MARKS = ['execute', 'executeQuery', 'selectFrom', 'createTable', 'addColumn'] as const

/** A builder whose queries, and those of each builder that it gives, run by `executing`. */
export function watchedBuilder<B extends object>(builder: B, executing: Executing): B {
  return new Proxy(builder, {
    // Private members are those of the builder itself.
    get(target, name) {
      if (name === 'then' && 'execute' in target) return refuseAwait
      const member: unknown = Reflect.get(target, name, target)
      if (typeof member !== 'function') return watched(member, executing)
      const call = member as AnyFunction
      if (!EXECUTES.has(name)) return (...args: unknown[]) => watched(call.apply(target, args), executing)
      const execute = (...args: unknown[]): unknown =>
        executing(execute, () => call.apply(target, args) as Promise<unknown>)
      return execute
    },
  })
}

function watched(value: unknown, executing: Executing): unknown {
  if (typeof value !== 'object' || value === null) return value
  return MARKS.some((mark) => mark in value) ? watchedBuilder(value, executing) : value
}

/** What `await` calls of a builder, which would be given as it is. */
function refuseAwait(_: unknown, reject: (reason: Error) => void): void {
  reject(
    new QueryError({
      message:
        'A query of db.kysely is awaited, and was not run. Write .execute(), .executeTakeFirst() or .executeTakeFirstOrThrow() at its end.',
    }),
  )
}
