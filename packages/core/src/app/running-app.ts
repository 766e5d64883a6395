import { DisposeError, type Container, type Injectable } from '../di/index.ts'
import { Frame, newRequestId, runInFrame } from '../frame/index.ts'
import type { Logger } from '../log/index.ts'
import type { Plugin, RunningApp, ScopedServices } from './plugin-contract.ts'
import { FRAME } from './tokens.ts'

/** What a {@link RunningApp} is made of. */
export interface RunningParts {
  readonly name: string
  readonly log: Logger
  readonly container: Container
  /** Aborts when the start takes too long, and when the app begins to drain. */
  readonly signal: AbortSignal
  /** Whether the graph is still being started. */
  readonly isStarting: () => boolean
}

/** What a plugin has of the app from its start on. */
export function createRunningApp(
  { name, log, container, signal, isStarting }: RunningParts,
  plugin: Plugin,
  services: object,
): RunningApp {
  const resolve = <T>(target: Injectable<T>): T =>
    isStarting() ? container.resolveMade(target) : container.resolve(target)
  return Object.freeze({
    name,
    services,
    signal,
    log: log.child({ plugin: plugin.name }),
    resolve,
    runScoped: <T>(work: (scope: ScopedServices) => T | PromiseLike<T>): Promise<T> =>
      runScoped(container, { isStarting, signal, work }),
  })
}

interface ScopedRun<T> extends Pick<RunningParts, 'isStarting' | 'signal'> {
  readonly work: (scope: ScopedServices) => T | PromiseLike<T>
}

async function runScoped<T>(container: Container, { isStarting, signal, work }: ScopedRun<T>): Promise<T> {
  const frame = new Frame(newRequestId())
  const end = (): void => frame.abort(signal.reason)
  if (signal.aborted) end()
  else signal.addEventListener('abort', end, { once: true })
  const scope = container.createScope()
  scope.provide(FRAME, frame)
  const services: ScopedServices = {
    resolve: (target) => {
      if (isStarting()) container.assertMade(target)
      return scope.resolve(target)
    },
  }
  let failure: { readonly error: unknown } | undefined
  try {
    return await runInFrame(frame, work, services)
  } catch (error) {
    failure = { error }
    throw error
  } finally {
    signal.removeEventListener('abort', end)
    await closeScope(scope.dispose(), failure)
  }
}

/** What cannot be closed is told, unless the work itself has failed. */
async function closeScope(closing: Promise<void> | undefined, failure: object | undefined): Promise<void> {
  try {
    await closing
  } catch (error) {
    if (failure === undefined || !(error instanceof DisposeError)) throw error
  }
}
