// On the request path: whether pages of an origin may read an answer.
import type { BaseContext } from '@keelson/core'
import { isPromise } from '@keelson/core/options'
import type { OriginFunction } from './cors-options.ts'
import { isOrigin, type Origins } from './origins.ts'

/** What functions said of a request, so that they are asked once. */
const decided = new WeakMap<BaseContext, boolean>()

/** A promise only where a function gives one. A function that fails is a no, and logged: the answer itself is right. */
export function isAllowed(origins: Origins, origin: string, ctx: BaseContext): boolean | Promise<boolean> {
  const { isOpen, exact, patterns, functions } = origins
  if (isOpen || exact.has(origin)) return true
  if ((patterns.length === 0 && functions.length === 0) || !isOrigin(origin)) return false
  if (patterns.some((pattern) => pattern.test(origin))) return true
  if (functions.length === 0) return false
  const known = decided.get(ctx)
  if (known !== undefined) return known
  const keep = (allowed: boolean): boolean => {
    decided.set(ctx, allowed)
    return allowed
  }
  const given = ask(functions, { origin, ctx })
  return typeof given === 'boolean' ? keep(given) : given.then(keep)
}

interface Question {
  readonly origin: string
  readonly ctx: BaseContext
}

/** Asks one after the other, until one says yes. */
function ask([first, ...others]: readonly OriginFunction[], question: Question): boolean | Promise<boolean> {
  if (first === undefined) return false
  const given = askOne(first, question)
  if (typeof given === 'boolean') return given || ask(others, question)
  return given.then((allowed) => allowed || ask(others, question))
}

function askOne(one: OriginFunction, { origin, ctx }: Question): boolean | Promise<boolean> {
  try {
    const given: unknown = one(origin, ctx)
    if (!isPromise(given)) return checked(given)
    return Promise.resolve(given)
      .then(checked)
      .catch((error: unknown) => refused(ctx, error))
  } catch (error) {
    return refused(ctx, error)
  }
}

function checked(given: unknown): boolean {
  if (typeof given === 'boolean') return given
  throw new TypeError('The function gave neither true nor false.')
}

function refused(ctx: BaseContext, error: unknown): false {
  ctx.log.error(
    { err: error },
    'The origin of a page was refused, since a function in cors({ origins }) failed.',
  )
  return false
}
