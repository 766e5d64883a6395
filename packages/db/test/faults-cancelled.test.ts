// Many requests whose clients have gone: nothing of them stays on the server, in the pool, or on a signal.
import { afterAll, describe, expect, it } from 'vitest'
import type { Adapter } from '../src/adapter/index.ts'
import { mysql } from '../src/mysql/index.ts'
import { postgres } from '../src/postgres/index.ts'
import { openSession } from './open-session.ts'
import { askMariadb, askPostgres, findMariadb, findPostgres, makeMariadb, makePostgres } from './servers.ts'
import { cancelRequests } from './soak/cancel-requests.ts'

interface Server {
  readonly name: string
  readonly count: number
  readonly adapter: Adapter
  readonly wait: string
  /** Connections to the database, and of those the ones that do something or hold something. */
  connections(): Promise<{ readonly all: number; readonly busy: number }>
  drop(): Promise<void>
}

async function onPostgres(): Promise<Server[]> {
  const { url } = await findPostgres()
  if (url === undefined) return []
  const made = await makePostgres(url)
  const name = made.url.split('/').at(-1)
  const text = `select count(*)::int as "all", count(*) filter (where state <> 'idle')::int as busy from pg_stat_activity where datname = '${name}'`
  return [
    {
      name: 'PostgreSQL',
      count: 1000,
      adapter: postgres(made.url, { poolSize: 10 }),
      wait: 'select pg_sleep(0.008)',
      connections: async () => (await askPostgres(url, text))[0] as { all: number; busy: number },
      drop: made.drop,
    },
  ]
}

async function onMariadb(): Promise<Server[]> {
  const { url } = await findMariadb()
  if (url === undefined) return []
  const made = await makeMariadb(url)
  const name = made.url.split('/').at(-1)
  const text = `select count(*) as \`all\`, (select count(*) from information_schema.innodb_trx t join information_schema.processlist q on q.id = t.trx_mysql_thread_id where q.db = '${name}') as busy from information_schema.processlist where db = '${name}'`
  return [
    {
      name: 'MariaDB',
      count: 400,
      adapter: mysql(made.url, { poolSize: 10 }),
      wait: 'select sleep(0.008)',
      connections: async () => {
        const [row] = (await askMariadb(url, text)) as { all: unknown; busy: unknown }[]
        return { all: Number(row?.all), busy: Number(row?.busy) }
      },
      drop: made.drop,
    },
  ]
}

const servers = [...(await onPostgres()), ...(await onMariadb())]
afterAll(() => Promise.all(servers.map((server) => server.drop())))

describe.each(servers)('$count cancelled requests on $name', ({ adapter, count, wait, connections }) => {
  it('leave no connection, no lock, no listener and no row', { timeout: 180_000 }, async () => {
    await using db = await openSession(adapter)
    const out = await cancelRequests(db, count, wait)
    expect(out.others).toEqual([])
    expect(out.committed + out.cancelled).toBe(count)
    expect(out.cancelled).toBeGreaterThan(count / 2)
    expect(out.written).toBe(out.committed)
    expect(out.listeners).toBe(0)
    expect([...db.pool.holders()]).toEqual([])
    await expect.poll(async () => (await connections()).busy, { timeout: 5000 }).toBe(0)
    expect((await connections()).all).toBeLessThanOrEqual(10)
    // A lock that was left would keep it waiting for ever.
    await db.run('drop table counters')
  })
})
