import { FrameworkError } from '@keelson/core'
import {
  answerWithin,
  serverText,
  shortened,
  type Adapter,
  type AnswerLimit,
  type Ask,
  type Connection,
  type Dialect,
} from '../adapter/index.ts'
import { MigrationError } from '../errors.ts'

/** The longest wait for a connection to a database that was just made. */
const CONNECT_TIMEOUT_MS = 30_000

/** The longest wait for an answer: databases of comparisons have no rows. */
const ANSWER_MS = 60_000

/** Functions come before the tables that they read. */
const POSTGRES_SETTINGS = ['set synchronous_commit = off', 'set check_function_bodies = off']

/** What statements are for. */
export interface ScratchPurpose {
  /** What has failed where one of them fails: `The draft does not run`. */
  readonly failed: string
  /** What to do then, a sentence. */
  readonly remedy?: string
}

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

  /**
   * Runs statements one after another; on SQLite with foreign keys off, so that a table can be made anew.
   *
   * @throws {MigrationError} `ERR_DB_MIGRATION` with the statement that the server refuses
   */
  async run(
    texts: readonly string[],
    purpose: ScratchPurpose = { failed: 'A statement failed' },
  ): Promise<void> {
    const isSqlite = this.dialect.system === 'sqlite'
    const all = isSqlite ? ['pragma foreign_keys = off', ...texts, 'pragma foreign_keys = on'] : texts
    if (texts.length === 0) return
    for (const text of all) await this.#runOne(text, purpose)
  }

  async #runOne(text: string, { failed, remedy = '' }: ScratchPurpose): Promise<void> {
    try {
      await answerWithin(this.#limit, () => this.#connection.run({ text, isRead: false, isKept: false }, []))
    } catch (cause) {
      if (FrameworkError.is(cause)) throw cause
      const sentences = [`${failed}: ${serverText(cause)}`, missingType(cause), remedy]
      const message = sentences.filter((sentence) => sentence !== '').join(' ')
      throw new MigrationError({ message: `${message}\n  ${shortened(text)}`, cause })
    }
  }

  get #limit(): AnswerLimit {
    return { connection: this.#connection, place: this.#adapter.place, limitMs: ANSWER_MS }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#connection.close()
    await this.#adapter.close?.()
  }
}

/** What PostgreSQL says of a type that is not there. */
const MISSING_TYPE = /^type "(.+)" does not exist$/

/** A database that was there before has types that its tables name, and no migration makes. */
function missingType(cause: unknown): string {
  const name = MISSING_TYPE.exec(String((cause as { readonly message?: unknown }).message))?.[1]
  return name === undefined
    ? ''
    : `Make it in the first migration: create type ${name} …, or create extension if not exists …, if it is one of an extension.`
}
