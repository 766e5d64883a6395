import { DisposeError, type Container, type Injectable } from '../di/index.ts'
import type { AppMode } from '../errors/index.ts'
import { runInNewFrame, type NewFrameOptions } from '../frame/index.ts'
import type { Logger } from '../log/index.ts'
import type { Plan } from '../operation/index.ts'
import { misuse } from './phase-problems.ts'
import type { Plugin, RunningApp, ScopedServices } from './plugin-contract.ts'
import { placeOf } from './plugin-value.ts'
import { FRAME } from './tokens.ts'

/** What {@link createRunningApp} uses. */
export interface RunningParts {
  readonly name: string
  readonly mode: AppMode
  readonly isForCommand: () => boolean
  readonly plans: () => readonly Plan[]
  readonly log: Logger
  readonly container: Container
  /** Aborts when the start takes too long, and when the app begins to drain. */
  readonly signal: AbortSignal
  /** Whether plugins and services are still being started. */
  readonly isStarting: () => boolean
  readonly invoke: RunningApp['invoke']
}

/** Makes the app as a plugin sees it from its start on. */
export function createRunningApp(
  { name, mode, isForCommand, plans, log, container, signal, isStarting, invoke }: RunningParts,
  plugin: Plugin,
  services: object,
): RunningApp {
  const resolve = <T>(target: Injectable<T>): T =>
    isStarting() ? container.resolveMade(target) : container.resolve(target)
  return Object.freeze({
    name,
    mode,
    isForCommand: isForCommand(),
    plans: plans(),
    services,
    signal,
    log: log.child({ plugin: plugin.name }),
    resolve,
    invoke: async (...args: Parameters<RunningApp['invoke']>) => {
      // After an abort the start is over, and `invoke` itself says so.
      if (isStarting() && !signal.aborted) throw misuse('invokedEarly', placeOf(plugin))
      return invoke(...args)
    },
    runScoped: <T>(work: ScopedWork<T>, options?: NewFrameOptions): Promise<T> =>
      runScoped({ container, isStarting, signal, options }, work),
  })
}

type ScopedWork<T> = (scope: ScopedServices) => T | PromiseLike<T>

interface ScopedRun extends Pick<RunningParts, 'container' | 'isStarting' | 'signal'> {
  readonly options: NewFrameOptions | undefined
}

async function runScoped<T>(
  { container, isStarting, signal, options }: ScopedRun,
  work: ScopedWork<T>,
): Promise<T> {
  const ends = options?.signal === undefined ? signal : AbortSignal.any([signal, options.signal])
  return runInNewFrame(
    async (frame) => {
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
        return await work(services)
      } catch (error) {
        failure = { error }
        throw error
      } finally {
        await closeScope(scope.dispose(), failure)
      }
    },
    { ...options, signal: ends },
  )
}

/** Closes services. Their errors are thrown, unless the work itself has failed. */
async function closeScope(closing: Promise<void> | undefined, failure: object | undefined): Promise<void> {
  try {
    await closing
  } catch (error) {
    if (failure === undefined || !(error instanceof DisposeError)) throw error
  }
}
