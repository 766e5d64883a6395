// On the request path: speaks the protocol of PostgreSQL with PGlite, which takes and gives its messages as bytes.
import { Buffer } from 'node:buffer'
import type { PGlite, protocol } from '@electric-sql/pglite'
import { closedError } from '../adapter/index.ts'
import type { Wire, WireClient, WireField, WireTask } from '../postgres/shared.ts'

type Serialize = (typeof protocol)['serialize']

/** A message of the server; those that are not here say nothing that a task needs. */
type ServerMessage =
  | { readonly name: 'rowDescription'; readonly fields: readonly WireField[] }
  | { readonly name: 'dataRow'; readonly fields: readonly (string | null)[] }
  | { readonly name: 'commandComplete'; readonly text: string }
  | { readonly name: 'portalSuspended' | 'emptyQuery' }
  | ({ readonly name: 'error' } & Error)
  | { readonly name: 'readyForQuery'; readonly status: string }

/** Collects the messages of a task until it asks for an answer. */
class PgliteWire implements Wire {
  readonly stream = { cork: (): void => undefined, uncork: (): void => undefined }
  readonly #serialize: Serialize
  readonly #send: (bytes: Uint8Array) => void
  #messages: Uint8Array[] = []

  constructor(serialize: Serialize, send: (bytes: Uint8Array) => void) {
    this.#serialize = serialize
    this.#send = send
  }

  parse(message: Parameters<Wire['parse']>[0]): void {
    this.#messages.push(this.#serialize.parse(message))
  }

  bind({ values, ...message }: Parameters<Wire['bind']>[0]): void {
    this.#messages.push(this.#serialize.bind({ ...message, values: [...values] }))
  }

  describe(message: Parameters<Wire['describe']>[0]): void {
    this.#messages.push(this.#serialize.describe(message))
  }

  execute(message: Parameters<Wire['execute']>[0]): void {
    this.#messages.push(this.#serialize.execute(message))
  }

  close(message: Parameters<Wire['close']>[0]): void {
    this.#messages.push(this.#serialize.close(message))
  }

  query(text: string): void {
    this.#messages.push(this.#serialize.query(text))
    this.#sendAll()
  }

  flush(): void {
    this.#messages.push(this.#serialize.flush())
    this.#sendAll()
  }

  sync(): void {
    this.#messages.push(this.#serialize.sync())
    this.#sendAll()
  }

  #sendAll(): void {
    const bytes = Buffer.concat(this.#messages)
    this.#messages = []
    this.#send(bytes)
  }
}

/** Runs the tasks of a connection on PGlite. */
export class PgliteClient implements WireClient {
  readonly #database: PGlite
  readonly #wire: PgliteWire
  #task: WireTask | undefined
  #isInTransaction = false
  #onReady: (() => void) | undefined
  #onBroken: ((error: Error) => void) | undefined
  /** What was sent last, answered or not: messages are answered in their order. */
  #last: Promise<void> = Promise.resolve()

  constructor(database: PGlite, serialize: Serialize) {
    this.#database = database
    this.#wire = new PgliteWire(serialize, (bytes) => {
      this.#last = this.#last.then(() => this.#exchange(bytes))
    })
  }

  run(task: WireTask): void {
    this.#task = task
    task.submit(this.#wire)
  }

  isInTransaction(): boolean {
    return this.#isInTransaction
  }

  onReady(listener: () => void): void {
    this.#onReady = listener
  }

  onBroken(listener: (error: Error) => void): void {
    this.#onBroken = listener
  }

  async close(): Promise<void> {
    await this.#last
    this.#onBroken?.(closedError())
    await this.#database.close()
  }

  /** A statement cannot be left: it blocks the process until it has ended. */
  destroy(): void {
    this.close().catch(() => undefined)
  }

  async #exchange(bytes: Uint8Array): Promise<void> {
    try {
      const { messages } = await this.#database.execProtocol(bytes, { throwOnError: false })
      // Its types say a class for each kind, and the name of any kind for each class.
      for (const message of messages as readonly unknown[]) this.#receive(message as ServerMessage)
    } catch (error) {
      // What PGlite itself throws leaves it in no known state.
      this.#onBroken?.(error as Error)
    }
  }

  #receive(message: ServerMessage): void {
    if (message.name !== 'readyForQuery') {
      if (this.#task !== undefined) deliver(message, this.#task, this.#wire)
      return
    }
    this.#isInTransaction = message.status !== 'I'
    this.#onReady?.()
  }
}

function deliver(message: ServerMessage, task: WireTask, wire: Wire): void {
  switch (message.name) {
    case 'rowDescription':
      return task.handleRowDescription(message)
    case 'dataRow':
      return task.handleDataRow(message)
    case 'commandComplete':
      return task.handleCommandComplete(message, wire)
    case 'portalSuspended':
      return task.handlePortalSuspended(wire)
    case 'emptyQuery':
      return task.handleEmptyQuery(wire)
    case 'error':
      return task.handleError(message, wire)
    default:
      return undefined
  }
}
