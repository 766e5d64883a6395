// A server that is killed and comes back while many use it.
import { setTimeout } from 'node:timers/promises'
import { FrameworkError } from '@keelson/core'
import { describe, expect, it } from 'vitest'
import { openSession, type OpenedSession } from './open-session.ts'
import { serverPrograms } from './own-server.ts'

/** Inserts one number after the other, each in a transaction, until it is told to stop. */
class Load {
  readonly confirmed = new Set<unknown>()
  readonly unknown = new Set<unknown>()
  readonly codes = new Set<unknown>()
  readonly untyped: unknown[] = []
  longestMs = 0
  /** When the last one that succeeded had begun. */
  lastBegunMs = 0
  #isOver = false
  readonly #running: Promise<unknown>

  constructor(db: OpenedSession, writers: number) {
    this.#running = Promise.all(Array.from({ length: writers }, (_each, at) => this.#write(db, at, writers)))
  }

  async end(): Promise<void> {
    this.#isOver = true
    await this.#running
  }

  async #write(db: OpenedSession, first: number, step: number): Promise<void> {
    for (let id = first; !this.#isOver; id += step) {
      const begunMs = performance.now()
      try {
        await db.session.transaction(() => db.run(`insert into notes values (${id})`))
        this.confirmed.add(id)
        this.lastBegunMs = begunMs
      } catch (error) {
        this.#note(error, id)
        await setTimeout(5)
      }
      this.longestMs = Math.max(this.longestMs, performance.now() - begunMs)
    }
  }

  #note(error: unknown, id: number): void {
    if (!FrameworkError.is(error)) return void this.untyped.push(error)
    this.codes.add(error.code)
    if (error.code === 'ERR_DB_OUTCOME_UNKNOWN') this.unknown.add(id)
  }
}

async function until(holds: () => boolean, withinMs: number): Promise<number> {
  const begun = performance.now()
  while (!holds() && performance.now() - begun < withinMs) await setTimeout(2)
  return performance.now() - begun
}

const programs = serverPrograms()

describe.runIf(programs.length > 0).each(programs)('a $name of its own', ({ open }) => {
  it(
    'killed under load, and back: typed errors, no hang, nothing lost or half, answers at once',
    { timeout: 180_000 },
    async () => {
      await using server = await open()
      const limits = { acquireTimeoutMs: 1000, connectTimeoutMs: 1000 }
      await using db = await openSession(server.adapter({ poolSize: 4, ...limits }))
      await db.run('create table notes (id integer primary key)')
      const load = new Load(db, 8)
      for (let times = 0; times < 2; times++) {
        const { size } = load.confirmed
        await until(() => load.confirmed.size > size + 20, 20_000)
        await server.kill()
        await setTimeout(300)
        await server.start()
        const backAt = performance.now()
        const recoveredMs = await until(() => load.lastBegunMs > backAt, 10_000)
        expect(recoveredMs).toBeLessThan(2000)
      }
      await load.end()
      expect(load.untyped).toEqual([])
      const expected = ['ERR_DB_CONNECTION', 'ERR_DB_BUSY', 'ERR_DB_OUTCOME_UNKNOWN']
      expect([...load.codes].filter((code) => !expected.includes(String(code)))).toEqual([])
      expect(load.codes).toContain('ERR_DB_CONNECTION')
      // What a transaction may take: a wait for a connection, twice, and its statements.
      expect(load.longestMs).toBeLessThan(10_000)
      const kept = new Set(await db.list('select id from notes'))
      expect([...load.confirmed].filter((id) => !kept.has(id))).toEqual([])
      expect([...kept].filter((id) => !load.confirmed.has(id) && !load.unknown.has(id))).toEqual([])
      expect([...db.pool.holders()]).toEqual([])
    },
  )
})
