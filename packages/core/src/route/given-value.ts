// On the request path: what handlers, rules and middleware give.
import { FrameworkError, InternalError, isError } from '../errors/index.ts'
import { isUnawaited } from '../schema/index.ts'
import { isRefusal } from './refuse.ts'

const REFUSAL =
  'What refuse() made was given as a value: it is an answer of load and allow in an access rule.'
const PROMISE = 'A promise was given as the value of an answer: await it.'

/**
 * Refuses what is not a value. An error that was returned counts as thrown: it would be a success that shows what it holds. A
 * promise would be sent as an empty object.
 *
 * @throws {TypeError} for a promise
 */
export function checkValue(value: unknown): void {
  if (typeof value !== 'object' || value === null) return
  const prototype: unknown = Object.getPrototypeOf(value)
  // Nearly all values are plain.
  if (prototype === Object.prototype || prototype === Array.prototype) return
  if (isError(value) || FrameworkError.is(value)) throw value
  if (isRefusal(value)) throw new InternalError(REFUSAL)
  if (isUnawaited(value)) throw new TypeError(PROMISE)
}

/** Whether a value is a `Response`, of the platform or of undici's own package. */
export function isResponse(value: object): value is Response {
  // Nearly all values are plain, and the prototype is cheaper to ask for than a symbol.
  if (Object.getPrototypeOf(value) === Object.prototype) return false
  return (
    (value as { [Symbol.toStringTag]?: unknown })[Symbol.toStringTag] === 'Response' && 'bodyUsed' in value
  )
}
