// What statements and cursors use of a connection, be it pg's or PGlite, and what that asks of them.
import type { Buffer } from 'node:buffer'
import type { Duplex } from 'node:stream'

/** A value as the protocol takes it: text, or bytes. */
export type WireValue = string | Buffer | null

/** Sends messages of the protocol. */
export interface Wire {
  readonly stream: Pick<Duplex, 'cork' | 'uncork'>
  parse(message: { readonly name: string; readonly text: string }): void
  bind(message: {
    readonly portal?: string
    readonly statement?: string
    readonly values: readonly WireValue[]
  }): void
  describe(message: { readonly type: 'P' | 'S'; readonly name: string }): void
  execute(message: { readonly portal?: string; readonly rows?: number }): void
  close(message: { readonly type: 'P' | 'S'; readonly name: string }): void
  query(text: string): void
  flush(): void
  sync(): void
}

/** A column of a result as the server describes it. */
export interface WireField {
  readonly name: string
  readonly tableID: number
  readonly columnID: number
  readonly dataTypeID: number
}

/** Runs tasks, one after the other. */
export interface WireClient {
  run(task: WireTask): void
  isInTransaction(): boolean
  /** Called when the server is ready for the next task. */
  onReady(listener: () => void): void
  /** Called when it cannot be used any more, maybe more than once. */
  onBroken(listener: (error: Error) => void): void
  close(): Promise<void>
  destroy(): void
}

/** What a client calls of what it runs. */
export interface WireTask {
  submit(wire: Wire): void
  handleRowDescription(message: { readonly fields: readonly WireField[] }): void
  handleDataRow(message: { readonly fields: readonly (string | null)[] }): void
  handlePortalSuspended(wire: Wire): void
  handleCommandComplete(message: { readonly text: string }, wire: Wire): void
  handleEmptyQuery(wire: Wire): void
  handleReadyForQuery(): void
  handleError(error: Error, wire: Wire): void
  handleCopyInResponse(wire: { sendCopyFail(message: string): void }): void
  handleCopyData(): void
}
