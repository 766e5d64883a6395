// A transaction on its connection: one statement after the other, whatever the code does side by side.
import type { Frame } from '@keelson/core'
import { andThen, type MaybePromise, type Result } from '../adapter/index.ts'
import { TransactionError } from '../errors.ts'
import type { Query, TransactionOptions } from './contract.ts'
import type { Holder } from './holder.ts'
import type { Level } from './level.ts'
import { runAtSite, siteAround, type Site } from './site.ts'
import { runStatement, type Running } from './run-statement.ts'
import { StatementFailure } from './statement-failure.ts'
import { told } from './told.ts'

/** A stream whose rows are not all read. */
export interface OpenStream {
  readonly label: string
  /** Whether nothing else can run beside it. */
  readonly isAlone: boolean
  stop(): Promise<unknown>
}

interface Job {
  readonly start: () => MaybePromise<unknown>
  readonly told: Told | undefined
  readonly resolve: (value: unknown) => void
  readonly reject: (error: unknown) => void
}

/** What the caller gets for an error. */
type Told = (error: unknown) => unknown

interface UnitFacts {
  readonly running: Omit<Running, 'frame'>
  readonly isReadOnly: boolean
  readonly isolation: TransactionOptions['isolation']
  /** Of the transaction, for the statements that are its own. */
  readonly name: string
  readonly site: Site
  /** Takes a connection, and begins on it; what it throws has failed the transaction. */
  readonly begin: () => MaybePromise<Holder>
}

/** One transaction on the server, with the savepoints within it. */
export class Unit {
  /** Its connection; undefined until it begins on the server, with its first statement. */
  holder: Holder | undefined
  readonly isReadOnly: boolean
  readonly isolation: TransactionOptions['isolation']
  /** The savepoint that was begun last and has not ended, or the transaction itself. */
  innermost: Level | undefined
  readonly #running: Omit<Running, 'frame'>
  readonly #facts: UnitFacts
  readonly #waiting: Job[] = []
  #isRunning = false
  #isOver = false
  /** What reads a stream that keeps the connection for itself; undefined while none does. */
  #stream: OpenStream | undefined

  constructor(facts: UnitFacts) {
    this.#facts = facts
    this.isReadOnly = facts.isReadOnly
    this.isolation = facts.isolation
    this.#running = facts.running
  }

  /** Runs a statement when those before it have ended. */
  run(query: Query, level: Level, frame: Frame | undefined): MaybePromise<Result> {
    const site = siteAround()
    const over = level.isOver ? level.problem(query.label, site) : undefined
    if (over !== undefined) throw over
    const start = (): MaybePromise<Result> => {
      const problem = level.problem(query.label, site) ?? this.#problemOf(query)
      if (problem !== undefined) {
        // Code that ignores it would commit without what was to be written.
        level.fail(problem)
        throw told(problem)
      }
      const running = { ...this.#running, frame }
      return andThen(this.#begun(), (holder) => runStatement(holder, query, running))
    }
    return this.inTurn(start, (error) => noted(level, error))
  }

  /**
   * Runs a statement of the transaction itself, which no signal cancels.
   *
   * @param begin - called when its turn has come; what it throws is thrown, and nothing is run
   */
  control(text: string, begin?: () => void): MaybePromise<Result> {
    this.assertOpen()
    return this.#turn(() => {
      begin?.()
      return andThen(this.#begun(), () => this.send(text))
    })
  }

  /** Begins on the server, if it has not. */
  begin(): MaybePromise<Holder> {
    return this.inTurn(() => this.#begun())
  }

  #begun(): MaybePromise<Holder> {
    return this.holder ?? this.#facts.begin()
  }

  /** Runs the last statement of the transaction, COMMIT or ROLLBACK, if it has begun; what comes after it is refused. */
  end(text: string): MaybePromise<Result | undefined> {
    this.#isOver = true
    if (this.holder === undefined) return undefined
    return this.#stream === undefined
      ? this.#sendLast(text)
      : this.#stream.stop().then(() => this.#sendLast(text))
  }

  #sendLast(text: string): MaybePromise<Result | undefined> {
    return this.#turn(() => (this.holder === undefined ? undefined : this.send(text)))
  }

  /** Sends a statement of the transaction itself, whose turn it is. */
  send(text: string): MaybePromise<Result> {
    const { adapter } = this.#running
    const { name, site } = this.#facts
    // The protocols of servers have a shorter way for what is not kept; SQLite would compile it each time.
    const isKept = adapter.dialect().system === 'sqlite'
    const query: Query = {
      statement: { text, isRead: false, isKept },
      values: NONE,
      label: `transaction '${name}', ${text}`,
    }
    const run = (): MaybePromise<Result> =>
      runStatement(this.holder as Holder, query, { ...this.#running, frame: undefined })
    return site === undefined ? run() : runAtSite(site, run)
  }

  get isOver(): boolean {
    return this.#isOver
  }

  /** @throws {TransactionError} when it has ended */
  assertOpen(): void {
    if (this.#isOver)
      throw told(new TransactionError({ message: 'The transaction is over; nothing was written.' }))
  }

  /** Begins a stream. @returns ends it */
  streams(stream: OpenStream): () => void {
    this.#stream = stream
    return () => {
      this.#stream = undefined
    }
  }

  #problemOf({ label, statement }: Query): Error | undefined {
    // Another server refuses it by itself; SQLite has no transaction that only reads.
    if (this.isReadOnly && !statement.isRead && this.#running.adapter.dialect().system === 'sqlite')
      return new TransactionError({
        message: `${label} writes, but its transaction is read-only. Omit readOnly.`,
      })
    if (this.isReadOnly && statement.locks === true)
      return new TransactionError({
        message: `${label} locks rows, but its transaction is read-only. Omit readOnly.`,
      })
    if (this.#stream?.isAlone !== true) return undefined
    return new TransactionError({
      message: `${label} was called while ${this.#stream.label} is being read in the same transaction: this database sends one result at a time. Read the rows first, or read them in pages.`,
    })
  }

  /** Does one piece of work on the connection after the other. */
  inTurn<T>(start: () => MaybePromise<T>, told?: Told): MaybePromise<T> {
    this.assertOpen()
    return this.#turn(start, told)
  }

  #turn<T>(start: () => MaybePromise<T>, told?: Told): MaybePromise<T> {
    if (this.#isRunning)
      return new Promise<T>((resolve, reject) => {
        this.#waiting.push({ start, told, resolve: resolve as (value: unknown) => void, reject })
      })
    let out: MaybePromise<T>
    try {
      out = start()
    } catch (error) {
      throw told === undefined ? error : told(error)
    }
    if (!(out instanceof Promise)) return out
    this.#isRunning = true
    return out.then(
      (value) => {
        this.#next()
        return value
      },
      (error: unknown) => {
        const reason = told === undefined ? error : told(error)
        this.#next()
        throw reason
      },
    )
  }

  #next(): void {
    this.#isRunning = false
    while (!this.#isRunning) {
      const job = this.#waiting.shift()
      if (job === undefined) return
      this.#take(job)
    }
  }

  #take(job: Job): void {
    try {
      const out = this.#turn(job.start, job.told)
      if (out instanceof Promise) out.then(job.resolve, job.reject)
      else job.resolve(out)
    } catch (error) {
      job.reject(error)
    }
  }
}

const NONE: Query['values'] = []

/** After a failed statement the transaction can only be rolled back, on every database. */
function noted(level: Level, error: unknown): Error {
  if (!(error instanceof StatementFailure)) return error as Error
  level.fail(error.error, error.endsTransaction)
  return told(error.error)
}
