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

/** Work was given to a transaction for an end that it can no longer have: it has had the other one. */
export class TransactionOverError extends httpErrorClass(
  'ERR_CORE_TRANSACTION_OVER',
  500,
  'The transaction is over',
) {}

/** How a transaction stands. What was done under a savepoint that is `released` stands and falls with what is around it. */
export type TransactionState = 'open' | 'committed' | 'released' | 'rolled-back'

/** Options of {@link createTransactionScope}. */
export interface TransactionScopeOptions {
  /** Of the database; for messages. */
  readonly name: string
  /** Whose transactions these are, mostly the database object; see `currentTransaction(owner)`. */
  readonly owner?: unknown
  /**
   * Told what failed of the work after the end, each failure once: the transaction has ended as it has, and nothing of that is
   * undone. Log it. What it throws itself is not caught.
   */
  readonly onError: (error: unknown, scope: TransactionScope) => void
}

/**
 * A transaction scope in the hands of who runs the transaction: it keeps what is to be done after the end. Hand
 * {@link TransactionScope} to others.
 */
export interface OwnedTransactionScope extends TransactionScope {
  readonly state: TransactionState
  /**
   * A scope for a savepoint within this one. What its `afterCommit` is given is handed up when it is released, and dropped
   * when it is rolled back; what its `afterRollback` is given is done when it, or what is around it, is rolled back.
   */
  savepoint(name?: string): OwnedTransactionScope
  /**
   * The database has committed, or released the savepoint: does what waits for that. All of it is begun in the order in which
   * it was given, and waited for together; a failure keeps nobody else from running.
   *
   * @returns resolves when all has ended; never rejects for the work's sake
   * @throws {TransactionOverError} `ERR_CORE_TRANSACTION_OVER` when it has ended before, or a savepoint within it has not
   */
  committed(): Promise<void>
  /** The database has rolled back, of its own accord or when told to. As {@link OwnedTransactionScope.committed}; ends open savepoints, too. */
  rolledBack(): Promise<void>
}

/**
 * Makes the scope of one transaction, for packages that run transactions: begin, run the work within the scope, end as the
 * database did, and say so.
 *
 * @throws {SetupError} `ERR_CORE_OPTION` for a wrong option
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
  name: required(text('Of the database; for messages.', { minLength: 1 })),
  owner: anything('Whose transactions these are.'),
  onError: required(callable('Told what failed of the work after the end.')),
})

/** Work in the asynchronous context in which it was given, but for the transaction. */
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

  #after(end: 'committed' | 'rolled-back', work: () => unknown): void {
    const isCommit = end === 'committed'
    if (this.#state === 'open') (isCommit ? this.#onCommit : this.#onRollback).push(bound(work))
    else if (this.#state === 'released') (this.#around as Scope).#after(end, work)
    // Begun within it and not awaited: what it waits for has happened.
    else if (this.#state === end) void this.#doAll([bound(work)])
    else if (isCommit) throw this.#over('was rolled back: what waits for its commit would never be done')
    else throw this.#over('has committed: what waits for its rollback would never be done')
  }

  savepoint(name = `${this.name}, savepoint`): OwnedTransactionScope {
    if (this.#state !== 'open') throw this.#over('is over: it takes no savepoint')
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
    this.#end('released')
  }

  async rolledBack(): Promise<void> {
    this.#assertOpen()
    return this.#doAll(this.#rollBack())
  }

  /** Ends it and what is open within it; gives what waits for that, the innermost first. */
  #rollBack(): Waiting[] {
    const waiting = [...[...this.#open].flatMap((inner) => inner.#rollBack()), ...this.#onRollback]
    this.#end('rolled-back')
    return waiting
  }

  #end(state: TransactionState): void {
    this.#state = state
    this.#onCommit = []
    this.#onRollback = []
    if (this.#around !== undefined) this.#around.#open.delete(this)
  }

  #assertOpen(): void {
    if (this.#state !== 'open') throw this.#over(`has ended before (${this.#state})`)
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
