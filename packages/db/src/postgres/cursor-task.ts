// On the request path: the rows of a statement in batches, each sent when it is asked for.
import type { DriverRow } from '../adapter/index.ts'
import { Task } from './wire-task.ts'
import type { Wire, WireValue } from './wire.ts'

interface Waiting {
  readonly resolve: () => void
  readonly reject: (error: Error) => void
}

/** A portal of the server, which works on when the next batch is asked for. */
export class CursorTask extends Task {
  readonly #text: string
  readonly #values: readonly WireValue[]
  readonly #batchRows: number
  #wire: Wire | undefined
  #waiting: Waiting | undefined
  /** Whether the server was asked to end it. */
  #isSynced = false
  #isOver = false
  /** The first batch is asked for when it is submitted. */
  #hasBegun = false

  constructor(text: string, values: readonly WireValue[], batchRows: number) {
    super()
    this.#text = text
    this.#values = values
    this.#batchRows = batchRows
  }

  get isRunning(): boolean {
    return this.#waiting !== undefined
  }

  /** The next rows; an empty list at the end. */
  async next(): Promise<readonly DriverRow[]> {
    if (!this.#isOver) {
      this.#askForMore()
      await this.#reply()
    }
    const { rows } = this
    this.rows = []
    return rows
  }

  /** Resolves when the connection can be used again. */
  async close(): Promise<void> {
    if (this.#isOver) return
    this.#wire?.close({ type: 'P', name: '' })
    this.#sync()
    // What went wrong was told by `next`, or is not asked for.
    await this.#reply().catch(() => undefined)
  }

  submit(wire: Wire): void {
    this.#wire = wire
    wire.stream.cork()
    wire.parse({ name: '', text: this.#text })
    wire.bind({ values: this.#values })
    wire.describe({ type: 'P', name: '' })
    this.#execute()
    wire.stream.uncork()
  }

  override handlePortalSuspended(): void {
    this.#takeWaiting()?.resolve()
  }

  override handleCommandComplete(): void {
    this.#sync()
  }

  override handleEmptyQuery(): void {
    this.#sync()
  }

  override handleError(error: Error, wire: Wire): void {
    super.handleError(error, wire)
    this.#sync()
  }

  ready(): void {
    this.#end(this.error)
  }

  lost(error: Error): void {
    this.#end(this.error ?? error)
  }

  #askForMore(): void {
    if (this.#hasBegun) this.#execute()
    this.#hasBegun = true
  }

  #execute(): void {
    this.#wire?.execute({ rows: this.#batchRows })
    this.#wire?.flush()
  }

  #sync(): void {
    if (this.#isSynced) return
    this.#isSynced = true
    this.#wire?.sync()
  }

  #reply(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject }
    })
  }

  #end(error: Error | undefined): void {
    this.#isOver = true
    const waiting = this.#takeWaiting()
    if (error === undefined) waiting?.resolve()
    else waiting?.reject(error)
  }

  #takeWaiting(): Waiting | undefined {
    const waiting = this.#waiting
    this.#waiting = undefined
    return waiting
  }
}
