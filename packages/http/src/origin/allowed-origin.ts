// On the request path: whether pages of an origin are admitted.
import type { BaseContext } from '@keelson/core'
import { isPromise } from '@keelson/core/options'
import { systemClock, waitUntil } from '@keelson/core/ports'
import type { OriginFunction } from './origin-options.ts'
import { isOrigin, type Origins } from './origins.ts'

/** What functions said of a request, or will say, so that they are asked once. */
const decided = new WeakMap<Origins, WeakMap<BaseContext, boolean | Promise<boolean>>>()

/**
 * A promise only where a function gives one. A function that fails or takes too long is a no, and logged: the answer itself is right. One
 * that is still asked when the request ends is a no as well.
 */
export function isAllowed(origins: Origins, origin: string, ctx: BaseContext): boolean | Promise<boolean> {
  const { isOpen, exact, patterns, functions } = origins
  if (isOpen || exact.has(origin)) return true
  if ((patterns.length === 0 && functions.length === 0) || !isOrigin(origin)) return false
  if (patterns.some((pattern) => pattern.test(origin))) return true
  return functions.length > 0 && askOnce({ origins, origin, ctx })
}

interface Question {
  readonly origins: Origins
  readonly origin: string
  readonly ctx: BaseContext
}

function askOnce(question: Question): boolean | Promise<boolean> {
  const { origins, ctx } = question
  const known = decided.get(origins) ?? new WeakMap<BaseContext, boolean | Promise<boolean>>()
  decided.set(origins, known)
  const said = known.get(ctx)
  // After the deadline nothing that is promised is awaited.
  if (ctx.signal.aborted && typeof said !== 'boolean') return false
  if (said !== undefined) return said
  const keep = (allowed: boolean): boolean => {
    known.set(ctx, allowed)
    return allowed
  }
  const given = ask(origins.functions, question)
  if (typeof given === 'boolean') return keep(given)
  const kept = limited(given, question).then(keep)
  known.set(ctx, kept)
  return kept
}

/** Asks one after the other, until one says yes. */
function ask([first, ...others]: readonly OriginFunction[], question: Question): boolean | Promise<boolean> {
  if (first === undefined) return false
  const given = askOne(first, question)
  if (typeof given === 'boolean') return given || ask(others, question)
  return given.then((allowed) => allowed || ask(others, question))
}

function askOne(one: OriginFunction, question: Question): boolean | Promise<boolean> {
  try {
    const given: unknown = one(question.origin, question.ctx)
    if (!isPromise(given)) return checked(given)
    return Promise.resolve(given)
      .then(checked)
      .catch((error: unknown) => refused(question, error))
  } catch (error) {
    return refused(question, error)
  }
}

function checked(given: unknown): boolean {
  if (typeof given === 'boolean') return given
  throw new TypeError('The function gave neither true nor false.')
}

function refused({ origins: { name }, ctx }: Question, error: unknown): false {
  ctx.log.error(
    { err: error },
    `The origin of a page was refused, since a function in ${name}({ origins }) failed.`,
  )
  return false
}

/** Waits no longer than the limit, by the system's clock: judges are made without services. No longer than the request is served, either. */
async function limited(given: Promise<boolean>, question: Question): Promise<boolean> {
  const { signal } = question.ctx
  const { timeoutMs: limitMs } = question.origins
  let tooLate: Error | undefined
  const late = (): Error => (tooLate = new Error(`It has not answered within ${limitMs} ms.`))
  try {
    return await waitUntil(() => given, { signal, limit: { clock: systemClock, limitMs, late } })
  } catch {
    return tooLate !== undefined && refused(question, tooLate)
  }
}
