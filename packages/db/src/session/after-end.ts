import type { Clock } from '@keelson/core'
import type { TransactionScope } from '@keelson/core/frames'
import { waitUntil } from '@keelson/core/ports'

/** The longest wait for the work after a commit or a rollback. */
const AFTER_END_MS = 10_000

/** Learns of work after an end that fails or takes too long. */
export interface AfterEndHost {
  readonly clock: Clock
  onAfterError(error: unknown, scope: TransactionScope): void
}

/** Work after an end delays the answer no longer than its limit. */
export async function bounded(
  work: Promise<void>,
  host: AfterEndHost,
  scope: TransactionScope,
): Promise<void> {
  const late = (): Error => {
    const message = `Work after the end of the transaction '${scope.name}' takes longer than ${AFTER_END_MS} ms.`
    const error = new Error(message)
    host.onAfterError(error, scope)
    return error
  }
  // What fails is told by the work itself.
  await waitUntil(() => work, { limit: { clock: host.clock, limitMs: AFTER_END_MS, late } }).catch(() => {})
}
