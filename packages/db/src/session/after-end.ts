import type { TransactionScope } from '@keelson/core/frames'

/** The longest wait for the work after a commit or a rollback. */
const AFTER_END_MS = 10_000

/** Learns of work after an end that fails or takes too long. */
export interface AfterEndHost {
  onAfterError(error: unknown, scope: TransactionScope): void
}

/** Work after an end delays the answer no longer than its limit. */
export async function bounded(
  work: Promise<void>,
  host: AfterEndHost,
  scope: TransactionScope,
): Promise<void> {
  await new Promise<void>((resolve) => {
    const timer = setTimeout(() => {
      const message = `Work after the end of the transaction '${scope.name}' takes longer than ${AFTER_END_MS} ms.`
      host.onAfterError(new Error(message), scope)
      resolve()
    }, AFTER_END_MS)
    void work.finally(() => clearTimeout(timer)).then(resolve, resolve)
  })
}
