// Memory alone, and several processes: an invalidation in one does not reach the others.
import type { SetupProblem } from '@keelson/core'

/** The problem of a cache that has nothing behind its memory. */
export function aloneProblem(where: string): SetupProblem {
  return {
    code: 'ERR_CACHE_ALONE',
    place: 'cache()',
    message: `It keeps values in the memory of the process alone, and ${where}: an invalidation in one does not reach the others.`,
    remedy:
      'Give what they share, cache(redis(url)), or say that they may differ: cache({ isPerProcess: true }).',
  }
}

/** Whether this process is one of several that `node:cluster` has forked. */
export async function isClusterWorker(): Promise<boolean> {
  const { default: cluster } = await import('node:cluster')
  return cluster.isWorker
}
