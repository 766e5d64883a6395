import type { App, Inspection, InspectOptions } from '@keelson/core'
import { handleSignals } from '@keelson/core/spi'
import { isSetupError } from './check-app.ts'
import { AppFailure } from './cli-errors.ts'

/**
 * Has plugins look at files and servers; nothing is started.
 *
 * @returns what they find; undefined for an app that is not in order, whose check says why
 * @throws {AppFailure} when a signal ended it
 */
export async function inspectApp(
  app: App,
  how: Omit<InspectOptions, 'signal'>,
): Promise<Inspection | undefined> {
  const ends = new AbortController()
  // What they have made is dropped before the end.
  const release = handleSignals({ onStop: () => ends.abort() })
  try {
    return await app['~internal'].inspect({ ...how, signal: ends.signal })
  } catch (error) {
    if (ends.signal.aborted) throw new AppFailure('The check was told to end.')
    if (isSetupError(error)) return undefined
    throw error
  } finally {
    release()
  }
}
