// The lock of a runner on a server, which frees it when the connection ends.
import { createHash } from 'node:crypto'
import type { Dialect } from '../adapter/index.ts'
import type { ConnectionLock, LockHolder } from './lock-contract.ts'
import type { RunnerConnection } from './runner-connection.ts'
import type { RunnerSign } from './runner-sign.ts'

/** Texts of a lock of a server. */
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

/** `keel`: the first number of our advisory locks. */
const CLASS = 0x6b65656c

type Server = Exclude<Dialect['system'], 'sqlite'>

function textsOf(system: Server, place: string): LockTexts {
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

/** An advisory lock of PostgreSQL, `get_lock` of MySQL and MariaDB. */
export class ServerLock implements ConnectionLock {
  readonly #connection: RunnerConnection
  readonly #texts: LockTexts
  readonly #sign: RunnerSign

  /** @param place - the database, and the schema within it */
  constructor(
    connection: RunnerConnection,
    sign: RunnerSign,
    { system, place }: { readonly system: Server; readonly place: string },
  ) {
    this.#connection = connection
    this.#texts = textsOf(system, place)
    this.#sign = sign
  }

  take(): Promise<boolean> {
    return this.#isTrue(this.#texts.take)
  }

  isHeld(): Promise<boolean> {
    return this.#isTrue(this.#texts.ask)
  }

  async free(): Promise<void> {
    // With its end the connection frees it as well.
    await this.#connection.finish(this.#texts.free).catch(() => undefined)
  }

  async holder(): Promise<LockHolder | undefined> {
    const holder = (await this.#connection.run(this.#texts.holder)).rows[0]?.['holder']
    if (holder === undefined || holder === null) return undefined
    const connection = String(holder as number | string)
    const name = (await this.#sign.ofConnection(connection)) ?? `connection ${connection} of the server`
    return { name, ending: `${this.#texts.end(connection)} ends it and frees its lock` }
  }

  /** PostgreSQL says `t`, others 1. */
  async #isTrue(text: string): Promise<boolean> {
    const value = (await this.#connection.run(text)).rows[0]?.['held']
    return value === true || value === 't' || Number(value) === 1
  }
}
