import cluster from 'node:cluster'
import { SetupError, type KeyValueStore, type SetupProblem } from '@keelson/core'
import { requireCapabilities, scopedStore } from '@keelson/core/ports'

/** Whose records they are. */
export interface RecordPlace {
  /** What needs them, for messages: `Sessions`. */
  readonly place: string
  /** What they are, for messages: `sessions`. */
  readonly what: string
  /** Scope of the store. */
  readonly scope: string
}

/**
 * A scope of a store that can keep records of users.
 *
 * @throws {SetupError} `ERR_CORE_PORT_CAPABILITY` for a store that may forget, cannot replace in one step, or is that of one worker among several
 */
export function recordScope(store: KeyValueStore, { place, what, scope }: RecordPlace): KeyValueStore {
  const problems = [...requireCapabilities(store, ['add', 'compareAndSet', 'keeps'], { place })]
  if (cluster.isWorker) problems.push(...workerProblems(store, place, what))
  if (problems.length > 0) throw new SetupError(problems)
  return scopedStore(store, scope)
}

function workerProblems(store: KeyValueStore, place: string, what: string): readonly SetupProblem[] {
  const remedy = `This process is a worker of node:cluster, and the others would not know its ${what}: bind a shared store to KEY_VALUE_STORE.`
  return requireCapabilities(store, ['shared'], { place, remedy })
}
