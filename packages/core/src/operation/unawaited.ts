// On the request path in development and test: promises within what is answered, of which JSON would make empty objects.
import { isPromise } from '../errors/index.ts'
import { isReply, type AnyMiddleware } from '../route/index.ts'
import { findPromises } from '../schema/index.ts'
import { PipelineOutcome } from './pipeline-outcome.ts'

/**
 * Refuses a value with promises in it. One that is a promise itself is refused in every mode, elsewhere.
 *
 * @param giver - who gave it, with the verb: `A handler returned`
 * @throws {TypeError} which names where they are
 */
export function refusePromises(value: unknown, giver: string): void {
  const pointers = findPromises(value).filter((pointer) => pointer !== '')
  if (pointers.length > 0) throw new TypeError(`${giver} a promise at ${pointers.join(', ')}: await it.`)
}

/** The same middleware, held to give no promises within an answer or an outcome. */
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
