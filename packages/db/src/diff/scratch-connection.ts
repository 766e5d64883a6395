import {
  answerWithin,
  type Adapter,
  type AnswerLimit,
  type Ask,
  type Connection,
  type Dialect,
} from '../adapter/index.ts'

/** The longest wait for a connection to a database that was just made. */
const CONNECT_TIMEOUT_MS = 30_000

/** The longest wait for an answer: databases of comparisons have no rows. */
const ANSWER_MS = 60_000

/** Functions come before the tables that they read. */
const POSTGRES_SETTINGS = ['set synchronous_commit = off', 'set check_function_bodies = off']

/** A connection to a database of a comparison. */
export class ScratchConnection {
  readonly #adapter: Adapter
  readonly #connection: Connection

  private constructor(adapter: Adapter, connection: Connection) {
    this.#adapter = adapter
    this.#connection = connection
  }

  static async open(adapter: Adapter): Promise<ScratchConnection> {
    const connection = await adapter.connect('writer', AbortSignal.timeout(CONNECT_TIMEOUT_MS))
    const opened = new ScratchConnection(adapter, connection)
    // Nothing of it need survive a crash.
    if (adapter.dialect().system === 'postgresql') await opened.run(POSTGRES_SETTINGS)
    return opened
  }

  get dialect(): Dialect {
    return this.#adapter.dialect()
  }

  readonly ask: Ask = (text, values) =>
    answerWithin(this.#limit, () => this.#connection.run({ text, isRead: true, isKept: false }, values))

  /** Runs statements one after another; on SQLite with foreign keys off, so that a table can be made anew. */
  async run(texts: readonly string[]): Promise<void> {
    const isSqlite = this.dialect.system === 'sqlite'
    const all = isSqlite ? ['pragma foreign_keys = off', ...texts, 'pragma foreign_keys = on'] : texts
    if (texts.length === 0) return
    for (const text of all)
      await answerWithin(this.#limit, () => this.#connection.run({ text, isRead: false, isKept: false }, []))
  }

  get #limit(): AnswerLimit {
    return { connection: this.#connection, place: this.#adapter.place, limitMs: ANSWER_MS }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#connection.close()
    await this.#adapter.close?.()
  }
}
