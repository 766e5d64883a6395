// On the request path: what runs on a connection, one at a time.
import type { DriverRow } from '../adapter/index.ts'
import { RowShape } from './row-shape.ts'
import type { Wire, WireField, WireTask } from './wire.ts'

/** How a task tells its end. */
export interface Settle {
  readonly resolve: () => void
  readonly reject: (error: Error) => void
}

/**
 * Something that runs. It ends when the server says that it is ready for the next, and not with an error that comes before: until then
 * the connection takes nothing else.
 */
export abstract class Task implements WireTask {
  rows: DriverRow[] = []
  shape: RowShape | undefined
  command = ''
  affected = 0
  protected error: Error | undefined

  /** Whether the server works on it, and does not wait to be asked for more. */
  abstract readonly isRunning: boolean
  abstract submit(wire: Wire): void
  /** The server is ready for the next. */
  abstract ready(): void
  /** The connection broke; what the server said before is the better reason. */
  abstract lost(error: Error): void

  handleRowDescription({ fields }: { readonly fields: readonly WireField[] }): void {
    this.shape = new RowShape(fields)
    this.rows = []
  }

  handleDataRow({ fields }: { readonly fields: readonly (string | null)[] }): void {
    if (this.error !== undefined) return
    try {
      this.rows.push(this.shape!.toRow(fields))
    } catch (error) {
      this.error = error as Error
    }
  }

  /** `INSERT 0 5`, `UPDATE 3`, `COMMIT`. */
  handleCommandComplete({ text }: { readonly text: string }, _wire: Wire): void {
    const count = Number(text.slice(text.lastIndexOf(' ') + 1))
    const end = text.indexOf(' ')
    this.command = end < 0 ? text : text.slice(0, end)
    this.affected = Number.isNaN(count) ? 0 : count
  }

  handleError(error: Error, _wire: Wire): void {
    this.error ??= error
  }

  handlePortalSuspended(_wire: Wire): void {}
  handleEmptyQuery(_wire: Wire): void {}
  handleReadyForQuery(): void {}
  handleCopyData(): void {}

  handleCopyInResponse(wire: { sendCopyFail(message: string): void }): void {
    wire.sendCopyFail('COPY FROM STDIN is not supported.')
  }
}
