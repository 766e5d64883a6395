// A transaction or a savepoint, as the code within it knows it.
import type { OwnedTransactionScope, TransactionScope } from '@keelson/core/frames'
import type { MaybePromise } from '../adapter/index.ts'
import { TransactionError } from '../errors.ts'
import { Begun } from './begun.ts'
import { toOperationPromise } from './operation-promise.ts'
import type { Site } from './site.ts'
import { told } from './told.ts'
import type { Unit } from './unit.ts'

/** How a transaction has ended. */
export type TransactionEnd = 'committed' | 'rolled-back' | 'unknown'

interface LevelFacts {
  readonly name: string
  readonly owner: unknown
  readonly unit: Unit
  readonly around: Level | undefined
  /** Makes the scope that keeps the work for after its end: most transactions have none, and need no scope. */
  readonly makeScope: () => OwnedTransactionScope
  /** Name of the savepoint; undefined for the transaction itself. */
  readonly savepoint: string | undefined
  readonly site: Site
}

export function levelOf(scope: TransactionScope | undefined): Level | undefined {
  return scope instanceof Level ? scope : undefined
}

/** A transaction or a savepoint within it. It is the scope that other packages see, too. */
export class Level implements TransactionScope {
  readonly name: string
  readonly owner: unknown
  readonly unit: Unit
  readonly around: Level | undefined
  readonly savepoint: string | undefined
  readonly site: Site
  readonly #makeScope: () => OwnedTransactionScope
  #scope: OwnedTransactionScope | undefined
  #end: TransactionEnd | undefined
  #begun: Set<Begun> | undefined
  #failure: { readonly error: Error } | undefined
  #isOver = false
  #hasWork = false

  constructor({ name, owner, unit, around, makeScope, savepoint, site }: LevelFacts) {
    this.name = name
    this.owner = owner
    this.unit = unit
    this.around = around
    this.savepoint = savepoint
    this.site = site
    this.#makeScope = makeScope
  }

  get scope(): OwnedTransactionScope {
    if (this.#scope === undefined) {
      this.#scope = this.#makeScope()
      // Asked for by code that the transaction did not await.
      void this.ended()
    }
    return this.#scope
  }

  /** Ends the scope as the transaction has ended. @returns the work for that, where there may be some; it never rejects because of it */
  ended(end = this.#end): Promise<void> | undefined {
    this.#end = end
    if (end === undefined || this.#scope === undefined) return undefined
    if (end === 'unknown') return this.#scope.unknown()
    return end === 'committed' ? this.#scope.committed() : this.#scope.rolledBack()
  }

  /** Whether there may be work for after its end. */
  get hasWork(): boolean {
    return this.#hasWork
  }

  afterCommit(work: () => unknown): void {
    this.#noteWork()
    this.scope.afterCommit(work)
  }

  afterRollback(work: () => unknown): void {
    this.#noteWork()
    this.scope.afterRollback(work)
  }

  afterUnknown(work: () => unknown): void {
    this.#noteWork()
    this.scope.afterUnknown(work)
  }

  /** Those around do it, where this one is a savepoint of theirs. */
  #noteWork(): void {
    this.#hasWork = true
    if (this.around !== undefined) this.around.#noteWork()
  }

  /** With a transaction ends what is within it. */
  get isOver(): boolean {
    return this.#isOver || this.around?.isOver === true
  }

  /** Why it can only be rolled back; undefined while it can be committed. */
  get failure(): { readonly error: Error } | undefined {
    return this.#failure
  }

  /** The first failure counts. One that ended the transaction on the server is that of the levels around, too. */
  fail(error: unknown, endsTransaction = false): void {
    // Users may throw anything; it goes on as it is.
    this.#failure ??= { error: error as Error }
    if (endsTransaction) this.around?.fail(error, true)
  }

  over(): void {
    this.#isOver = true
  }

  /**
   * Runs an operation that must have settled, and been awaited, before the end. Its promise is handled: one that nobody awaits fails the
   * transaction, and not the process.
   */
  operation<T>(label: string, site: Site, work: () => MaybePromise<T>): Promise<T> {
    const begun = this.begin(label, site)
    let out: MaybePromise<T>
    try {
      out = work()
    } catch (error) {
      out = Promise.reject(error as Error)
    }
    return toOperationPromise(out, begun)
  }

  /** Notes that an operation begins, which must be over before the end. */
  begin(label: string, site: Site): Begun {
    const begun = new Begun(this, label, site)
    this.#begun ??= new Set()
    this.#begun.add(begun)
    return begun
  }

  /** Called when an operation is over. */
  forget(operation: Begun): void {
    this.#begun?.delete(operation)
  }

  /** What keeps it from being committed: operations that nobody awaited, a savepoint within it that has not ended, a failure. */
  problemAtEnd(): Error | undefined {
    if (this.#failure !== undefined) return this.#failure.error
    const { innermost } = this.unit
    if (innermost !== this)
      return new TransactionError({
        message: `${this.#named()} ends while '${innermost?.name}', which was begun later${place(innermost?.site)}, has not. Await each nested transaction before the next.`,
      })
    if (this.#begun === undefined || this.#begun.size === 0) return undefined
    const begun = [...this.#begun]
    for (const operation of begun) operation.blamed()
    const list = begun.map(({ label, site }) => `${label}${place(site)}`).join(', ')
    return new TransactionError({
      message: `${this.#named()} ends, and ${list} was begun and not awaited. Await it within the transaction. Nothing was written.`,
      cause: begun.find(({ error }) => error !== undefined)?.error,
    })
  }

  /** Why a statement may not run in it; undefined: it may. */
  problem(what: string, site?: Site): Error | undefined {
    const problem = this.#problemOf(what, site)
    return problem && told(problem)
  }

  #problemOf(what: string, site: Site): Error | undefined {
    const label = `${what}${place(site)}`
    if (this.isOver)
      return new TransactionError({
        message: `${label} was called in ${this.#named()}, which is over. Await what is begun within a transaction; nothing was written.`,
        cause: this.#failure?.error,
      })
    if (this.#failure !== undefined)
      return new TransactionError({
        message: `${label} was called in ${this.#named()} after a failure: it can only be rolled back. To go on after a failure, do what may fail in db.transaction(…, { propagation: 'nested' }).`,
        cause: this.#failure.error,
      })
    const { innermost } = this.unit
    if (innermost !== this)
      return new TransactionError({
        message: `${label} was called in ${this.#named()} while '${innermost?.name}' within it is open${place(innermost?.site)}: it would be rolled back with that. Await the nested transaction first.`,
      })
    return undefined
  }

  #named(): string {
    return `the transaction '${this.name}'${place(this.site)}`
  }
}

function place(site: Site): string {
  const at = site?.()
  return at === undefined ? '' : ` (${at})`
}
