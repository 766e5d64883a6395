// On the request path in development and test: promises within an answer, which JSON would write as empty objects.
import { isPromise } from '../errors/index.ts'
import { isReply, type AnyMiddleware } from '../route/index.ts'
import { findPromises } from '../schema/index.ts'
import { PipelineOutcome } from './pipeline-outcome.ts'

/**
 * Refuses a value that contains promises. A promise itself is refused elsewhere, in every mode.
 *
 * @param giver - subject and verb of the message: `A handler returned`
 * @throws {TypeError} with their JSON Pointers
 */
export function refusePromises(value: unknown, giver: string): void {
  const pointers = findPromises(value).filter((pointer) => pointer !== '')
  if (pointers.length > 0) throw new TypeError(`${giver} a promise at ${pointers.join(', ')}: await it.`)
}

/** The same middleware, checked for promises within its answers and outcomes. */
export function withoutPromises(middleware: AnyMiddleware): AnyMiddleware {
  const { run, wrap, transform, name } = middleware
  const check = (result: unknown): unknown => {
    if (isReply(result)) refusePromises(result.body, `Middleware ${name} gave`)
    else if (result instanceof PipelineOutcome) refusePromises(result['~value'], `Middleware ${name} gave`)
    return result
  }
  const checked = (work: ((...args: never[]) => unknown) | undefined): PropertyDescriptor => ({
    value:
      work === undefined
        ? undefined
        : (...args: never[]) => {
            const result = work(...args)
            return isPromise(result) ? Promise.resolve(result).then(check) : check(result)
          },
  })
  return Object.create(middleware, {
    run: checked(run),
    wrap: checked(wrap),
    transform: checked(transform),
  }) as AnyMiddleware
}
