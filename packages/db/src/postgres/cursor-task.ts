// On the request path: the rows of a statement in batches, each sent when it is asked for.
import type { DriverRow } from '../adapter/index.ts'
import { Task } from './wire-task.ts'
import type { Wire, WireValue } from './wire.ts'

const PORTAL = 'keelson_rows'

/**
 * A statement that comes after each batch: a server counts the time of a statement until one has ended, and a portal that waits for its
 * reader has not.
 */
const PAUSE = 'select where false'

/** A portal of the server, which works on when the next batch is asked for. */
export class CursorTask extends Task {
  readonly #text: string
  readonly #values: readonly WireValue[]
  readonly #batchRows: number
  #wire: Wire | undefined
  /** Wakes who waits for an answer of the server. */
  #wake: (() => void) | undefined
  /** Whether the rows of a batch are there, so that what ends next is {@link PAUSE}. */
  #isSuspended = false
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
    return this.#wake !== undefined
  }

  /** The next rows; an empty list at the end. Throws what went wrong, also while nobody waited. */
  async next(): Promise<readonly DriverRow[]> {
    if (!this.#isOver) {
      this.#askForMore()
      await this.#reply()
    }
    if (this.error !== undefined) throw this.error
    const { rows } = this
    this.rows = []
    return rows
  }

  /** Resolves when the connection can be used again. */
  async close(): Promise<void> {
    if (this.#isOver) return
    this.#wire?.close({ type: 'P', name: PORTAL })
    this.#sync()
    // What went wrong was told by `next`, or is not asked for.
    await this.#reply()
  }

  submit(wire: Wire): void {
    this.#wire = wire
    wire.stream.cork()
    wire.parse({ name: '', text: this.#text })
    wire.bind({ portal: PORTAL, values: this.#values })
    wire.describe({ type: 'P', name: PORTAL })
    wire.parse({ name: '', text: PAUSE })
    this.#execute()
    wire.stream.uncork()
  }

  override handlePortalSuspended(): void {
    this.#isSuspended = true
  }

  override handleCommandComplete(): void {
    if (!this.#isSuspended) return this.#sync()
    this.#isSuspended = false
    this.#answer()
  }

  override handleEmptyQuery(): void {
    this.#sync()
  }

  override handleError(error: Error, wire: Wire): void {
    super.handleError(error, wire)
    this.#sync()
  }

  ready(): void {
    this.#end()
  }

  /** Also while the reader does something else: `next` tells it. */
  lost(error: Error): void {
    this.error ??= error
    this.#end()
  }

  #askForMore(): void {
    if (this.#hasBegun) this.#execute()
    this.#hasBegun = true
  }

  #execute(): void {
    const wire = this.#wire
    wire?.stream.cork()
    wire?.execute({ portal: PORTAL, rows: this.#batchRows })
    wire?.bind({ values: [] })
    wire?.execute({})
    wire?.flush()
    wire?.stream.uncork()
  }

  #sync(): void {
    if (this.#isSynced) return
    this.#isSynced = true
    this.#wire?.sync()
  }

  #reply(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve
    })
  }

  #end(): void {
    this.#isOver = true
    this.#answer()
  }

  #answer(): void {
    const wake = this.#wake
    this.#wake = undefined
    wake?.()
  }
}
