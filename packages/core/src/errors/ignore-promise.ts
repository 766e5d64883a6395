import { ignore } from './ignore.ts'
import { isPromise } from './options.ts'

/** For a value that may be a promise and should not be: what becomes of it has no effect, and ends no process. */
export function ignorePromise(given: unknown): void {
  if (isPromise(given)) void Promise.resolve(given).catch(ignore)
}
