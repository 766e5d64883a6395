// On the request path: who the caller is, for the frame.
import { describeValue, ignorePromise, InternalError } from '../errors/index.ts'
import { PRINCIPAL, TENANT, type Principal } from '../frame/index.ts'
import type { AnyMiddleware } from '../route/index.ts'
import type { OperationContext } from './plan.ts'

/** Reads what a middleware left on the context. */
export type Look = (ctx: OperationContext) => unknown

/** Sets the frame's slots of the caller from the `principal` and `tenant` parts of a middleware. */
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
  ignorePromise(value)
  const { id, kind, scopes } = value as Partial<Principal>
  if (typeof id === 'string' && id !== '' && KINDS.has(kind) && areScopes(scopes)) return value as Principal
  throw new InternalError(
    `principal of middleware ${name} gave no { id, kind, scopes? }: id is a text, kind is 'user', 'key' or 'service', scopes a list of texts.`,
  )
}

/** Of a text, a part would be taken for a scope. */
function areScopes(value: unknown): boolean {
  return value === undefined || (Array.isArray(value) && value.every((one) => typeof one === 'string'))
}

function toTenant(value: unknown, name: string): string {
  ignorePromise(value)
  if (typeof value === 'string' && value !== '') return value
  throw new InternalError(`tenant of middleware ${name} gave ${describeValue(value)}, not a text.`)
}
