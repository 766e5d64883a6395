// On the request path: requests of routes with cached() that share no answer with others.
import { PRINCIPAL, type RouteFacts } from '@keelson/core'
import type { InputContext } from './answer-key.ts'
import type { CachedOptions } from './contract.ts'

/** Says why a request passes the cache by; undefined for one that does not. */
export type WhyPassed = (ctx: InputContext) => string | undefined

/**
 * Which requests of a route pass the cache by, since nothing in their key says whose answer it is.
 *
 * @param keyed - request headers that are in the key
 * @returns undefined where there is none: the route says by itself whose its answers are
 */
export function whoPasses(
  facts: RouteFacts,
  { by }: CachedOptions<never>,
  keyed: ReadonlySet<string>,
): WhyPassed | undefined {
  if (by !== undefined && by !== 'user') return undefined
  const credential = withCredential(facts, keyed)
  if (by === 'user') return withoutPrincipal(facts, credential)
  return (ctx) => withPrincipal(ctx) ?? credential(ctx)
}

/** Middleware of any stage may say who is calling, which the start does not see. */
const withPrincipal: WhyPassed = ({ frame }) =>
  frame.get(PRINCIPAL) === undefined
    ? undefined
    : "they have a principal, and it does not say whose answers it keeps: say by: 'user', by: 'nobody', or a function"

/** Those without a principal are one caller only where all may call, and all that could know a caller would say so. */
function withoutPrincipal({ access, authenticates }: RouteFacts, credential: WhyPassed): WhyPassed {
  const silent = authenticates.filter(({ saysPrincipal }) => !saysPrincipal).map(({ name }) => name)
  const whyNone =
    access !== 'public'
      ? 'they have no principal, and may have been admitted for another reason each'
      : silent.length === 0
        ? undefined
        : `they have no principal, and ${silent.join(', ')} may know a caller without saying so`
  return (ctx) => (ctx.frame.get(PRINCIPAL) === undefined ? (whyNone ?? credential(ctx)) : undefined)
}

/** By which a handler may know its caller, though no middleware of the route does (RFC 9111 §3.5, RFC 6265 §7). */
const CREDENTIALS = ['authorization', 'cookie'] as const

function withCredential({ inputs }: RouteFacts, keyed: ReadonlySet<string>): WhyPassed {
  const looked = CREDENTIALS.filter((name) => !keyed.has(name)).map((name) => ({ name, why: whyOf(name) }))
  const hasHeaders = inputs.includes('headers')
  const hasCookies = inputs.includes('cookies')
  return (ctx) => {
    for (const { name, why } of looked) {
      const value = ctx.header(name)
      if (value === undefined) continue
      if (hasHeaders && Object.hasOwn(ctx.headers as object, name)) continue
      if (hasCookies && name === 'cookie' && areDeclared(value, ctx.cookies as object)) continue
      return why
    }
    return undefined
  }
}

/** Whether the route has validated all cookies, so that all are in its key. */
function areDeclared(header: string, cookies: object): boolean {
  return header
    .split(';')
    .every((pair) => pair.trim() === '' || Object.hasOwn(cookies, (pair.split('=', 1)[0] as string).trim()))
}

function whyOf(name: string): string {
  return `they have the header '${name}', which is not in its key: say by: 'nobody' where the answer is the same whatever it is, or declare what is read of it`
}
