import { setTimeout } from 'node:timers/promises'

/** The longest wait for a server to see a farewell. */
const FAREWELL_MS = 2000

/** Closes a connection, and lets go of it where the server does not answer. */
export async function closeWithin(close: () => Promise<unknown>, destroy: () => void): Promise<void> {
  const controller = new AbortController()
  const { signal } = controller
  const late = setTimeout(FAREWELL_MS, undefined, { signal }).then(destroy, () => undefined)
  await Promise.race([close().catch(destroy), late])
  controller.abort()
}
