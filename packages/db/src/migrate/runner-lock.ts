// One runner at a time: a lock that the server frees when its connection ends, so that none is left by a runner that died.
import { createHash } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import type { Dialect } from '../adapter/index.ts'
import { MigrationError, MigrationLockError } from '../errors.ts'
import { RunnerSign, type LockWait } from './runner-sign.ts'
import type { RunnerConnection } from './runner-connection.ts'

/** The pause between two attempts, ms. Waiting within the server would hold a snapshot, for which `create index concurrently` waits. */
const PAUSE_MS = 200
const POOLER =
  'Something between gives each transaction another connection, as PgBouncer in mode transaction does. Give the migrations an adapter with the address of the server itself: migrations: { adapter: postgres(DIRECT_URL) }.'

/** A lock of a server: its texts. */
interface LockTexts {
  /** Gives `held`. */
  readonly take: string
  /** Gives `held`: whether this connection has it. */
  readonly ask: string
  /** Gives `holder`: the connection that has it. */
  readonly holder: string
  readonly free: string
  /** How an operator ends the holder. */
  readonly end: (holder: string) => string
}

/** `keel`, as PostgreSQL shows it in `pg_locks.classid`. */
const CLASS = 0x6b_65_65_6c

function textsOf(system: Dialect['system'], place: string): LockTexts | undefined {
  const digest = createHash('sha256').update(place).digest()
  if (system === 'postgresql') {
    const key = digest.readInt32BE()
    const mine = `locktype = 'advisory' and classid = ${CLASS} and objid = ${digest.readUInt32BE()} and objsubid = 2 and granted and database = (select oid from pg_database where datname = current_database())`
    return {
      take: `select pg_try_advisory_lock(${CLASS}, ${key}) as held`,
      ask: `select count(*) > 0 as held from pg_locks where ${mine} and pid = pg_backend_pid()`,
      holder: `select pid as holder from pg_locks where ${mine}`,
      free: `select pg_advisory_unlock(${CLASS}, ${key}) as held`,
      end: (holder) => `select pg_terminate_backend(${holder})`,
    }
  }
  if (system === 'sqlite') return undefined
  // Names are those of the whole server, of 64 letters at most.
  const name = `'keelson_migrations.${digest.toString('hex').slice(0, 32)}'`
  return {
    take: `select get_lock(${name}, 0) as held`,
    ask: `select is_used_lock(${name}) = connection_id() as held`,
    holder: `select is_used_lock(${name}) as holder`,
    free: `select release_lock(${name}) as held`,
    end: (holder) => `kill ${holder}`,
  }
}

/** The lock of a runner. SQLite needs none: a file is one transaction, of which there is one at a time. */
export class RunnerLock {
  readonly #connection: RunnerConnection
  readonly #texts: LockTexts | undefined
  readonly #sign: RunnerSign

  private constructor(connection: RunnerConnection, texts: LockTexts | undefined, sign: RunnerSign) {
    this.#connection = connection
    this.#texts = texts
    this.#sign = sign
  }

  /**
   * Waits for it.
   *
   * @param place - the database, and the schema within it
   * @throws {MigrationLockError} when another runner does not end in time; its message says who it is
   */
  static async take(connection: RunnerConnection, place: string, limits: LockWait): Promise<RunnerLock> {
    const texts = textsOf(connection.dialect.system, place)
    const sign = await RunnerSign.open(connection, limits)
    if (texts !== undefined) await waitFor(texts, sign, { connection, limits })
    const lock = new RunnerLock(connection, texts, sign)
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
    if (this.#texts === undefined) return
    const { rows } = await this.#connection.run(this.#texts.ask)
    if (isTrue(rows[0]?.['held'])) return
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
    // With its end the connection frees it as well.
    if (this.#texts !== undefined) await this.#connection.finish(this.#texts.free).catch(() => undefined)
  }
}

async function waitFor(
  texts: LockTexts,
  sign: RunnerSign,
  { connection, limits }: { readonly connection: RunnerConnection; readonly limits: LockWait },
): Promise<void> {
  const end = performance.now() + limits.timeoutMs
  let told = ''
  for (;;) {
    if (isTrue((await connection.run(texts.take)).rows[0]?.['held'])) return
    const holder = (await connection.run(texts.holder)).rows[0]?.['holder'] as
      | number
      | string
      | null
      | undefined
    // It has just been freed, or its holder is not told.
    const by = holder === undefined || holder === null ? '' : await sign.describe(String(holder))
    if (by !== '' && by !== told) limits.onEvent({ kind: 'waiting', by })
    told = by
    if (performance.now() >= end)
      throw new MigrationLockError({
        message: `${connection.adapter.place}: another runner is at work: ${by}. It did not end within ${limits.timeoutMs} ms. Wait for it; where it hangs, ${texts.end(String(holder))} ends it and frees its lock.`,
      })
    await wait(PAUSE_MS, undefined, { signal: connection.limits.signal })
  }
}

/** PostgreSQL says `t`, others 1. */
function isTrue(value: unknown): boolean {
  return value === true || value === 't' || Number(value) === 1
}
