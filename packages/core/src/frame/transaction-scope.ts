import { AsyncLocalStorage } from 'node:async_hooks'
import {
  callable,
  checkOptions,
  httpErrorClass,
  optionTable,
  required,
  text,
  anything,
} from '../errors/index.ts'
import { runOutsideTransaction, type TransactionScope } from './transaction.ts'

/** Work was given to a transaction for an end that it cannot have any more. */
export class TransactionOverError extends httpErrorClass(
  'ERR_CORE_TRANSACTION_OVER',
  500,
  'The transaction is over',
) {}

/** The state of a transaction. Whether changes under a `released` savepoint stay depends on the transaction around it. */
export type TransactionState = 'open' | 'committed' | 'released' | 'rolled-back' | 'unknown'

/** Options of {@link createTransactionScope}. */
export interface TransactionScopeOptions {
  /** Name of the database, for messages. */
  readonly name: string
  /** The owner of the transactions, usually the database object; see `currentTransaction(owner)`. */
  readonly owner?: unknown
  /**
   * Called for each failure of the work after the end; it does not change how the transaction ended. Log it.
   * What it throws is not caught.
   */
  readonly onError: (error: unknown, scope: TransactionScope) => void
}

/**
 * The transaction scope for the code that runs the transaction: it keeps the work for after the end. Pass it to others
 * as {@link TransactionScope}.
 */
export interface OwnedTransactionScope extends TransactionScope {
  readonly state: TransactionState
  /**
   * A scope for a savepoint within this one. Work of its `afterCommit` is passed to the scope around when it is released, and
   * dropped when it is rolled back; work of its `afterRollback` is done when it, or a scope around it, is rolled back.
   */
  savepoint(name?: string): OwnedTransactionScope
  /**
   * Call it when the database has committed, or released the savepoint: does the work that waits for that. All of it begins in
   * the order in which it was given, and is awaited together; a failure does not stop the rest.
   *
   * @returns resolves when all has ended; never rejects because of the work
   * @throws {TransactionOverError} `ERR_CORE_TRANSACTION_OVER` when it has already ended, or a savepoint within it has not
   */
  committed(): Promise<void>
  /** Call it when the database has rolled back, for any reason. Like {@link OwnedTransactionScope.committed}; ends open savepoints, too. */
  rolledBack(): Promise<void>
  /** Call it when the connection was lost while COMMIT was on its way: neither of the others is known. Like these. */
  unknown(): Promise<void>
}

/**
 * Makes the scope of one transaction, for packages that run transactions: begin, run the work within the scope, then
 * report how the database ended.
 *
 * @throws {SetupError} `ERR_CORE_OPTION` for an invalid option
 * @example
 * async function inTransaction<T>(connection: Connection, work: () => Promise<T>): Promise<T> {
 *   const scope = createTransactionScope({ name: 'orders', onError: (error) => console.error(error) })
 *   await connection.run('BEGIN')
 *   let result: T
 *   try {
 *     result = await runInTransaction(scope, work)
 *     await connection.run('COMMIT')
 *   } catch (error) {
 *     await connection.run('ROLLBACK')
 *     await scope.rolledBack()
 *     throw error
 *   }
 *   await scope.committed()
 *   return result
 * }
 * interface Connection { run(sql: string): Promise<void> }
 */
export function createTransactionScope(options: TransactionScopeOptions): OwnedTransactionScope {
  checkOptions(SCOPE_OPTIONS, options, { name: 'createTransactionScope', below: createTransactionScope })
  return new Scope(options, undefined)
}

const SCOPE_OPTIONS = optionTable<TransactionScopeOptions>({
  name: required(text('Name of the database, for messages.', { minLength: 1 })),
  owner: anything('The owner of the transactions.'),
  onError: required(callable('Called for failures of the work after the end.')),
})

type End = 'committed' | 'rolled-back' | 'unknown'

const ENDED: Readonly<Record<Exclude<TransactionState, 'open' | 'released'>, string>> = {
  committed: 'has committed',
  'rolled-back': 'was rolled back',
  unknown: 'has ended, and nobody knows whether it has committed',
}

const AWAITED: Readonly<Record<End, string>> = {
  committed: 'its commit',
  'rolled-back': 'its rollback',
  unknown: 'an unknown end',
}

/** Work in the asynchronous context in which it was given, without the transaction. */
type Waiting = () => unknown

class Scope implements OwnedTransactionScope {
  readonly name: string
  readonly owner: unknown
  #state: TransactionState = 'open'
  readonly #options: TransactionScopeOptions
  readonly #around: Scope | undefined
  readonly #open = new Set<Scope>()
  #onCommit: Waiting[] = []
  #onRollback: Waiting[] = []
  #onUnknown: Waiting[] = []

  constructor(options: TransactionScopeOptions, around: Scope | undefined) {
    this.#options = options
    this.#around = around
    this.name = options.name
    this.owner = options.owner
  }

  get state(): TransactionState {
    return this.#state
  }

  afterCommit(work: () => unknown): void {
    this.#after('committed', work)
  }

  afterRollback(work: () => unknown): void {
    this.#after('rolled-back', work)
  }

  afterUnknown(work: () => unknown): void {
    this.#after('unknown', work)
  }

  #after(end: End, work: () => unknown): void {
    if (this.#state === 'open') this.#waiting(end).push(bound(work))
    else if (this.#state === 'released') (this.#around as Scope).#after(end, work)
    // The transaction has ended that way already, for code that it did not await.
    else if (this.#state === end) void this.#doAll([bound(work)])
    else throw this.#over(`${ENDED[this.#state]}: work for after ${AWAITED[end]} would never run`)
  }

  #waiting(end: End): Waiting[] {
    if (end === 'committed') return this.#onCommit
    return end === 'rolled-back' ? this.#onRollback : this.#onUnknown
  }

  savepoint(name = `${this.name}, savepoint`): OwnedTransactionScope {
    if (this.#state !== 'open') throw this.#over('is over: it cannot have a savepoint')
    const inner = new Scope({ ...this.#options, name }, this)
    this.#open.add(inner)
    return inner
  }

  async committed(): Promise<void> {
    this.#assertOpen()
    const [unended] = this.#open
    if (unended !== undefined)
      throw this.#over(`cannot end before '${unended.name}', which is within it, has`)
    const waiting = this.#onCommit
    const around = this.#around
    if (around === undefined) {
      this.#end('committed')
      return this.#doAll(waiting)
    }
    around.#onCommit.push(...waiting)
    around.#onRollback.push(...this.#onRollback)
    around.#onUnknown.push(...this.#onUnknown)
    this.#end('released')
  }

  async rolledBack(): Promise<void> {
    this.#assertOpen()
    return this.#doAll(this.#rollBack())
  }

  async unknown(): Promise<void> {
    this.#assertOpen()
    const waiting = this.#onUnknown
    // What was begun within it and not ended was not in the COMMIT.
    const undone = [...this.#open].flatMap((inner) => inner.#rollBack())
    this.#end('unknown')
    return this.#doAll([...undone, ...waiting])
  }

  /** Ends it and open savepoints within it; returns the work for that, the innermost first. */
  #rollBack(): Waiting[] {
    const waiting = [...[...this.#open].flatMap((inner) => inner.#rollBack()), ...this.#onRollback]
    this.#end('rolled-back')
    return waiting
  }

  #end(state: TransactionState): void {
    this.#state = state
    this.#onCommit = []
    this.#onRollback = []
    this.#onUnknown = []
    if (this.#around !== undefined) this.#around.#open.delete(this)
  }

  #assertOpen(): void {
    if (this.#state !== 'open') throw this.#over(`has already ended (${this.#state})`)
  }

  #over(what: string): TransactionOverError {
    return new TransactionOverError(`The transaction '${this.name}' ${what}.`)
  }

  async #doAll(waiting: readonly Waiting[]): Promise<void> {
    await Promise.all(waiting.map((work) => this.#do(work)))
  }

  async #do(work: Waiting): Promise<void> {
    try {
      await work()
    } catch (error) {
      this.#options.onError(error, this)
    }
  }
}

function bound(work: () => unknown): Waiting {
  const inContext = AsyncLocalStorage.snapshot()
  return () => inContext(runOutsideTransaction, work)
}
