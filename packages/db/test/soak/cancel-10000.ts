// Cancels 10,000 requests on PostgreSQL: `node packages/db/test/soak/cancel-10000.ts [url]`. The test beside it does so with fewer.
import { postgres } from '../../src/postgres/index.ts'
import { openSession } from '../open-session.ts'
import { makePostgres } from '../servers.ts'
import { cancelRequests } from './cancel-requests.ts'

const made = await makePostgres(process.argv[2] ?? 'postgres://postgres@127.0.0.1:5432')
try {
  await using db = await openSession(postgres(made.url, { poolSize: 10 }))
  const heapBefore = process.memoryUsage().heapUsed
  const out = await cancelRequests(db, 10_000, 'select pg_sleep(0.008)')
  const heapMiB = (process.memoryUsage().heapUsed - heapBefore) / 2 ** 20
  const left = await db.list(
    `select count(*) from pg_stat_activity where datname = current_database() and state <> 'idle' and pid <> pg_backend_pid()`,
  )
  process.stdout.write(
    `${JSON.stringify({ ...out, heapMiB, busy: left[0], held: [...db.pool.holders()].length })}\n`,
  )
  const isRight =
    out.others.length === 0 && out.listeners === 0 && out.written === out.committed && Number(left[0]) === 0
  if (!isRight) process.exitCode = 1
} finally {
  await made.drop()
}
