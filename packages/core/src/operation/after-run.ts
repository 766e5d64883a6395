// On the request path: what is looked at when a `run` has let a call pass.
import { describeValue, ignore, InternalError, isPromise } from '../errors/index.ts'
import { PRINCIPAL, TENANT, type Principal } from '../frame/index.ts'
import type { AnyMiddleware } from '../route/index.ts'
import type { OperationContext } from './plan.ts'

type Look = (ctx: OperationContext) => unknown

/** What follows on the `run` of a middleware; `undefined` for most. */
export function afterRun(middleware: AnyMiddleware): Look | undefined {
  const looks = [holdsNarrowed(middleware), identify(middleware)].filter((look) => look !== undefined)
  return looks.length < 2 ? looks[0] : (ctx) => looks.forEach((look) => look(ctx))
}

/** What its type says of a rule: that it admits nobody without these. */
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

/** Sets the slots of the frame that packages read, from what a middleware says of the caller. */
export function identify(middleware: AnyMiddleware): Look | undefined {
  const { name } = middleware
  const principal = middleware.principal as Look | undefined
  const tenant = middleware.tenant as Look | undefined
  if (principal === undefined && tenant === undefined) return undefined
  return (ctx) => {
    const { frame } = ctx['~execution']
    const who = principal?.(ctx)
    if (who !== undefined && who !== null) frame.set(PRINCIPAL, toPrincipal(who, name))
    const whose = tenant?.(ctx)
    if (whose !== undefined && whose !== null) frame.set(TENANT, toTenant(whose, name))
  }
}

const KINDS: ReadonlySet<unknown> = new Set(['user', 'key', 'service'])

function toPrincipal(value: unknown, name: string): Principal {
  if (isPromise(value)) void Promise.resolve(value).catch(ignore)
  const { id, kind } = value as Partial<Principal>
  if (typeof id === 'string' && id !== '' && KINDS.has(kind)) return value as Principal
  throw new InternalError(
    `principal of middleware ${name} gave no { id, kind }: id is a text, kind is 'user', 'key' or 'service'.`,
  )
}

function toTenant(value: unknown, name: string): string {
  if (isPromise(value)) void Promise.resolve(value).catch(ignore)
  if (typeof value === 'string' && value !== '') return value
  throw new InternalError(`tenant of middleware ${name} gave ${describeValue(value)}, not a text.`)
}
