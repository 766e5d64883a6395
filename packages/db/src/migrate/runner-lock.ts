// One runner at a time: a lock that is freed when its connection ends, so that none is left by a runner that died.
import { setTimeout as wait } from 'node:timers/promises'
import { MigrationError, MigrationLockError } from '../errors.ts'
import { FileLock } from './file-lock.ts'
import type { ConnectionLock, LockHolder } from './lock-contract.ts'
import { RunnerSign, type LockWait } from './runner-sign.ts'
import type { RunnerConnection } from './runner-connection.ts'
import { ServerLock } from './server-lock.ts'

/** The pause between two attempts, ms. Waiting within the server would hold a snapshot, for which `create index concurrently` waits. */
const PAUSE_MS = 200
const POOLER =
  'Something between gives each transaction another connection, as PgBouncer in mode transaction does. Give the migrations an adapter with the address of the server itself: migrations: { adapter: postgres(DIRECT_URL) }.'

/** The lock of a runner. */
export class RunnerLock {
  readonly #connection: RunnerConnection
  readonly #lock: ConnectionLock
  readonly #sign: RunnerSign

  private constructor(connection: RunnerConnection, lock: ConnectionLock, sign: RunnerSign) {
    this.#connection = connection
    this.#lock = lock
    this.#sign = sign
  }

  /**
   * Waits for it.
   *
   * @param place - the database, and the schema within it
   * @throws {MigrationLockError} when another runner does not end in time; its message says who it is
   */
  static async take(connection: RunnerConnection, place: string, limits: LockWait): Promise<RunnerLock> {
    const { system } = connection.dialect
    const sign = new RunnerSign(connection, limits)
    const held =
      system === 'sqlite'
        ? new FileLock(connection, sign)
        : new ServerLock(connection, sign, { system, place })
    await waitFor(held, { connection, limits })
    const lock = new RunnerLock(connection, held, sign)
    try {
      await lock.assertHeld()
      await sign.write()
    } catch (error) {
      await lock.free()
      throw error
    }
    return lock
  }

  /** @throws {MigrationError} where this connection does not have it any more */
  async assertHeld(): Promise<void> {
    if (await this.#lock.isHeld()) return
    throw new MigrationError({
      message: `${this.#connection.adapter.place}: the connection does not have the lock that keeps other runners out, though it took it. ${POOLER}`,
    })
  }

  /** Waits until a step may write, where files have one writer. @throws {MigrationLockError} */
  whenFree<T>(step: () => Promise<T>): Promise<T> {
    return this.#sign.whenFree(step)
  }

  async free(): Promise<void> {
    if (this.#connection.isBroken) return
    await this.#sign.remove()
    await this.#lock.free()
  }
}

async function waitFor(
  lock: ConnectionLock,
  { connection, limits }: { readonly connection: RunnerConnection; readonly limits: LockWait },
): Promise<void> {
  const end = performance.now() + limits.timeoutMs
  let told: string | undefined
  while (!(await lock.take())) {
    const holder = await lock.holder()
    if (holder !== undefined && holder.name !== told) limits.onEvent({ kind: 'waiting', by: holder.name })
    told = holder?.name
    if (performance.now() >= end) throw notInTime(connection.adapter.place, limits.timeoutMs, holder)
    await wait(PAUSE_MS, undefined, { signal: connection.limits.signal })
  }
}

function notInTime(place: string, timeoutMs: number, holder: LockHolder | undefined): Error {
  const [who, how] =
    holder === undefined ? ['', ''] : [`: ${holder.name}`, `; where it hangs, ${holder.ending}`]
  return new MigrationLockError({
    message: `${place}: another runner is at work${who}. It did not end within ${timeoutMs} ms. Wait for it${how}.`,
  })
}
