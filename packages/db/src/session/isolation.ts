// A transaction around a whole test: what the test and its requests do is rolled back with it.
import { currentFrame } from '@keelson/core'
import { systemClock, waitUntil } from '@keelson/core/ports'
import type { DriverRow, Result } from '../adapter/index.ts'
import { DatabaseBusyError } from '../errors.ts'
import { bounded } from './after-end.ts'
import type { Query, TransactionOptions } from './contract.ts'
import type { Level } from './level.ts'
import type { Site } from './site.ts'
import { runNested } from './run-nested.ts'
import { openOutermost } from './begin-transaction.ts'
import { rollBack } from './end-transaction.ts'
import { newScope, type TransactionHost } from './transaction-host.ts'

type Work<T> = () => T | PromiseLike<T>

interface Asked {
  readonly options: TransactionOptions
  readonly site: Site
}

/**
 * Stands in for the connections of a database: each statement, and each transaction, is a savepoint of one transaction that is never
 * committed. They behave as they do alone: one that fails harms no other, and work after a commit is done when its savepoint is released.
 */
export class Isolation {
  readonly #host: TransactionHost
  readonly root: Level
  #turn: Promise<unknown> = Promise.resolve()

  private constructor(host: TransactionHost, root: Level) {
    this.#host = host
    this.root = root
  }

  static async begin(host: TransactionHost): Promise<Isolation> {
    const options = { name: 'a test' }
    const root = openOutermost(host, { options, site: undefined, frame: undefined })
    try {
      const holder = await root.unit.begin()
      // A test may think for as long as it likes.
      holder.onIdle = undefined
      if (host.dialect.system === 'postgresql')
        await root.unit.control('set local idle_in_transaction_session_timeout = 0')
    } catch (error) {
      await rollBack(root, host, error)
      throw error
    }
    return new Isolation(host, root)
  }

  run(query: Query): Promise<Result> {
    const frame = currentFrame()
    return this.transaction(
      () => {
        const level = this.root.unit.innermost ?? this.root
        return this.root.unit.run(query, level, frame)
      },
      { options: { name: query.label }, site: undefined },
    )
  }

  /** Its rows, all at once: another savepoint may come between two batches. */
  async *stream(
    read: (level: Level) => AsyncIterable<readonly DriverRow[]>,
  ): AsyncGenerator<readonly DriverRow[]> {
    const batches = await this.transaction(
      async () => {
        const all: (readonly DriverRow[])[] = []
        for await (const batch of read(this.root.unit.innermost ?? this.root)) all.push(batch)
        return all
      },
      { options: { name: 'stream' }, site: undefined },
    )
    yield* batches
  }

  /** One after the other, as the savepoints of one connection must be. */
  async transaction<T>(work: Work<T>, { options, site }: Asked): Promise<T> {
    const before = this.#turn
    let over = (): void => {}
    this.#turn = new Promise<void>((resolve) => (over = resolve))
    try {
      await this.#inTime(before, options.name)
      return await this.nested(work, { around: this.root, options, site, over })
    } finally {
      over()
    }
  }

  /** In a savepoint that counts as a transaction: work for after its commit is done when it is released. */
  async nested<T>(
    work: Work<T>,
    { around, options, site, over }: Asked & { around: Level; over?: () => void },
  ): Promise<T> {
    const host = this.#host
    const name = options.name ?? host.name
    const scope = newScope(host, name)
    let result: T
    try {
      result = await runNested(host, work, { around, options: { name }, site, scope })
    } catch (error) {
      over?.()
      await bounded(scope.rolledBack(), host, scope)
      throw error
    }
    // Work after the commit may run queries, whose turn it is now.
    over?.()
    await bounded(scope.committed(), host, scope)
    return result
  }

  /** What waits for itself would wait for ever, under a clock that only the test moves as well. */
  async #inTime(before: Promise<unknown>, name = this.#host.name): Promise<void> {
    const { acquireTimeoutMs: limitMs } = this.#host.adapter.pool
    const message = `'${name}' waited ${limitMs} ms for another transaction of the test. Await that before.`
    const late = (): Error => new DatabaseBusyError({ message })
    await waitUntil(() => before, { limit: { clock: systemClock, limitMs, late } })
  }

  /** Rolls everything back and gives the connection back. */
  async end(): Promise<void> {
    await this.#turn
    await rollBack(this.root, this.#host, new Error('The test is over.'))
  }
}
