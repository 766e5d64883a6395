// On the request path: what is checked after a `run` has let a call pass.
import { InternalError } from '../errors/index.ts'
import type { AnyMiddleware } from '../route/index.ts'
import { identify, type Look } from './principal.ts'

/** What happens after the `run` of a middleware; `undefined` for most. */
export function afterRun(middleware: AnyMiddleware): Look | undefined {
  const looks = [holdsNarrowed(middleware), identify(middleware)].filter((look) => look !== undefined)
  return looks.length < 2 ? looks[0] : (ctx) => looks.forEach((look) => look(ctx))
}

/** Holds a rule to its type: it does not admit a call without the names that it narrows. */
function holdsNarrowed({ name, narrows = [] }: AnyMiddleware): Look | undefined {
  if (narrows.length === 0) return undefined
  return (ctx) => {
    for (const key of narrows) {
      const value = (ctx as unknown as Record<string, unknown>)[key]
      if (value === undefined || value === null)
        throw new InternalError(`Access rule ${name} admitted a request without '${key}', which it narrows.`)
    }
  }
}
