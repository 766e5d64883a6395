// On the request path: one statement with its values, to its end.
import type { RowShape } from './row-shape.ts'
import { Task, type Settle } from './wire-task.ts'
import type { Wire, WireValue } from './wire.ts'

/** A statement that the server keeps for a connection. */
export interface PreparedStatement {
  readonly name: string
  /** Whether the server has it. */
  isReady: boolean
  /** What its rows look like: the server refuses to run it when that changes, so it need not say it again. */
  shape: RowShape | undefined
}

/** What is run. */
export interface RunRequest {
  readonly text: string
  readonly values: readonly WireValue[]
  /** Undefined for a statement that is not kept. */
  readonly prepared: PreparedStatement | undefined
  /** Names of statements that the server may forget. */
  readonly closing: readonly string[]
}

/** Runs a statement in one round trip. */
export class RunTask extends Task {
  readonly isRunning = true
  readonly #request: RunRequest
  readonly #settle: Settle

  constructor(request: RunRequest, settle: Settle) {
    super()
    this.#request = request
    this.#settle = settle
    this.shape = request.prepared?.shape
  }

  submit(wire: Wire): void {
    const { text, values, prepared, closing } = this.#request
    wire.stream.cork()
    for (const name of closing) wire.close({ type: 'S', name })
    // Without values the simple protocol does, which takes several statements in one text.
    if (prepared === undefined && values.length === 0) wire.query(text)
    else this.#sendExtended(wire)
    wire.stream.uncork()
  }

  ready(): void {
    const { prepared } = this.#request
    if (this.error !== undefined) return this.#settle.reject(this.error)
    if (prepared !== undefined) {
      prepared.isReady = true
      prepared.shape = this.shape
    }
    this.#settle.resolve()
  }

  lost(error: Error): void {
    this.#settle.reject(this.error ?? error)
  }

  #sendExtended(wire: Wire): void {
    const { text, values, prepared } = this.#request
    const name = prepared?.name ?? ''
    if (prepared?.isReady !== true) wire.parse({ name, text })
    wire.bind({ statement: name, values })
    if (prepared?.isReady !== true) wire.describe({ type: 'P', name: '' })
    wire.execute({})
    wire.sync()
  }
}
