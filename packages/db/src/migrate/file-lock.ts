// The lock of a runner on SQLite: a file beside that of the database, which the connection holds until it ends. The system frees it when a
// process dies.
import type { ConnectionLock, LockHolder } from './lock-contract.ts'
import type { RunnerConnection } from './runner-connection.ts'
import type { RunnerSign } from './runner-sign.ts'

/** What the connection calls the file. */
const NAME = 'keelson_runner'
/** What the name of the file ends with. */
const END = '-migrate'

/** A lock of SQLite on an empty database, which is attached to the connection of the runner: that has no transaction open meanwhile. */
export class FileLock implements ConnectionLock {
  readonly #connection: RunnerConnection
  readonly #sign: RunnerSign
  /** False for a database in memory, which has one connection. */
  #isNeeded = true

  constructor(connection: RunnerConnection, sign: RunnerSign) {
    this.#connection = connection
    this.#sign = sign
  }

  async take(): Promise<boolean> {
    const { rows } = await this.#connection.run(
      "select file from pragma_database_list where name = 'main' and file <> ''",
    )
    const file = rows[0]?.['file']
    this.#isNeeded = file !== undefined
    if (!this.#isNeeded) return true
    // Within a transaction SQLite answers at once: an attempt that waited would hold the file against one that is about to have it.
    await this.#connection.run('begin')
    try {
      await this.#connection.run(`attach database ? as ${NAME}`, [`${String(file)}${END}`])
      // From the next write on the lock stays when the transaction ends.
      await this.#connection.run(`pragma ${NAME}.locking_mode = exclusive`)
      await this.#connection.run(`pragma ${NAME}.journal_mode = memory`)
      await this.#connection.run(`pragma ${NAME}.user_version = 1`)
      await this.#connection.run('commit')
      return true
    } catch (error) {
      await this.#connection.finish('rollback').catch(() => undefined)
      await this.free()
      if (this.#connection.failureOf(error).kind === 'busy') return false
      throw error
    }
  }

  /** It goes with the connection alone. */
  isHeld(): Promise<boolean> {
    return Promise.resolve(true)
  }

  async free(): Promise<void> {
    // Where it was not to be had, it may not be attached.
    if (this.#isNeeded) await this.#connection.finish(`detach database ${NAME}`).catch(() => undefined)
  }

  async holder(): Promise<LockHolder | undefined> {
    const name = await this.#sign.ofProcess()
    return name === undefined ? undefined : { name, ending: 'end that process, which frees its lock' }
  }
}
