import { systemClock, waitUntil } from '@keelson/core/ports'

/** The longest wait for a server to see a farewell. */
const FAREWELL_MS = 2000

/** Closes a connection, and lets go of it where the server does not answer. */
export async function closeWithin(close: () => Promise<unknown>, destroy: () => void): Promise<void> {
  const late = (): Error => new Error(`The server did not answer within ${FAREWELL_MS} ms.`)
  await waitUntil(close, { limit: { clock: systemClock, limitMs: FAREWELL_MS, late } }).catch(destroy)
}
