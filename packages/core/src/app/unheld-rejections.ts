// Rejections that nobody handles, while an app listens.
import { isToldByTransaction, shared } from '../frame/index.ts'
import type { Logger } from '../log/index.ts'

/** One listener in the process, for all apps and all copies of this package: a second one would look like one of the program. */
const logs = shared('logs of rejections', () => new Set<Logger>())

/**
 * Keeps the process alive, until it is released, where code within a transaction that nobody awaits rejects with what has failed that
 * transaction: it is logged, and those who wait for the transaction have the error already. Each other rejection that nobody handles has
 * its effect of Node. A process that was started with `--unhandled-rejections` is left as it asks to be.
 *
 * @returns releases it
 */
export function holdTransactionErrors(log: Logger): () => void {
  if (isDecided()) return () => {}
  if (logs.size === 0) process.on('unhandledRejection', onUnhandled)
  logs.add(log)
  return () => {
    logs.delete(log)
    if (logs.size === 0) process.off('unhandledRejection', onUnhandled)
  }
}

function isDecided(): boolean {
  const given = [...process.execArgv, process.env.NODE_OPTIONS ?? '']
  return given.some((text) => text.includes('--unhandled-rejections'))
}

function onUnhandled(reason: unknown): void {
  if (isToldByTransaction(reason)) return report(reason)
  // The program has a listener of its own, which decides.
  if (process.listenerCount('unhandledRejection') > 1) return
  // Node does to a rejection without listeners what it does by default: it raises it once more.
  process.off('unhandledRejection', onUnhandled)
  setImmediate(() => {
    if (logs.size > 0) process.on('unhandledRejection', onUnhandled)
  })
  // oxlint-disable-next-line typescript/no-floating-promises -- that nobody handles it is its purpose
  Promise.reject(reason as Error)
}

function report(reason: unknown): void {
  const [log] = logs
  log?.error(
    { err: reason },
    'a function that nobody awaits failed within a transaction, which failed with it: await what is begun within a transaction',
  )
}
