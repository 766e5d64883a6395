import { isPromise } from './options.ts'

/** Handles a rejection that needs no handling: without a handler it would end the process. */
export function ignore(): void {}

/** Ignores a value that may be a promise where none is allowed: its rejection does not end the process. */
export function ignorePromise(given: unknown): void {
  if (isPromise(given)) void Promise.resolve(given).catch(ignore)
}
