// A server that does not answer any more: a run ends by itself, and at once when it is told to.
import { describe, expect, it, type TestContext } from 'vitest'
import type { Adapter } from '../../src/adapter/index.ts'
import { compareMigrations } from '../../src/commands/compare-migrations.ts'
import { applyPending, connectTo, type MigrationPlace } from '../../src/migrate/index.ts'
import { migrationSettings } from '../../src/migrate/options.ts'
import { RunnerConnection } from '../../src/migrate/runner-connection.ts'
import { mysql } from '../../src/mysql/index.ts'
import { postgres } from '../../src/postgres/index.ts'
import { factsOf } from '../../src/table/index.ts'
import { openNetwork, type FaultyNetwork } from '../faulty-network.ts'
import { findMariadb, findPostgres, makeMariadb, makePostgres } from '../servers.ts'
import { messageOf, migrationFolder, NO_TABLES } from './migration-folder.ts'

const SYSTEMS = [
  ['PostgreSQL', findPostgres, makePostgres, postgres],
  ['MariaDB', findMariadb, makeMariadb, mysql],
] as const

describe.each(SYSTEMS)('a %s that does not answer', (_name, find, make, open) => {
  async function onNetwork(
    context: TestContext,
    work: (adapter: Adapter, network: FaultyNetwork) => Promise<void>,
  ): Promise<void> {
    const { url } = await find()
    if (url === undefined) return context.skip('the server is not at hand')
    const made = await make(url)
    try {
      const direct = new URL(made.url)
      await using network = await openNetwork(Number(direct.port))
      direct.port = String(network.port)
      await work(open(direct.href), network)
    } finally {
      await made.drop()
    }
  }

  it('is a problem of the connection for what the runner asks', (context) =>
    onNetwork(context, async (adapter, network) => {
      const { connection } = await connectTo(adapter, undefined)
      const limits = { statementTimeoutMs: 3_600_000, questionTimeoutMs: 200, signal: undefined }
      const runner = new RunnerConnection(adapter, connection, limits)
      await runner.run('select 1')
      network.fault = { kind: 'hang' }
      await expect(runner.run('select 1')).rejects.toMatchObject({
        problems: [{ code: 'ERR_DB_CONNECTION', message: 'The server did not answer within 0.2 s.' }],
      })
      expect(runner.isBroken).toBe(true)
    }))

  // `keelson_migrations` is in the first question, the others in a file, and in what ends it.
  it.for(['keelson_migrations', "'stalled'", 'rollback|commit'])(
    'does not keep a run from its end at %s',
    (text, context) =>
      onNetwork(context, async (adapter, network) => {
        using folder = migrationFolder({ '0001-a.sql': "select 'stalled';" })
        const told = new AbortController()
        network.fault = { kind: 'hang', at: new RegExp(text, 'i'), onHang: () => told.abort() }
        const place: MigrationPlace = {
          target: { name: 'shop', mode: 'test', adapter, connect: (signal) => connectTo(adapter, signal) },
          settings: migrationSettings({ folder: folder.path }),
        }
        const message = await messageOf(applyPending(place, { signal: told.signal }))
        expect(message).not.toContain('nothing was thrown')
        expect({ message, isTold: told.signal.aborted }).toMatchObject({ isTold: true })
      }),
  )

  it('does not keep a comparison from its end', (context) =>
    onNetwork(context, async (adapter, network) => {
      using folder = migrationFolder({ '0001-a.sql': "select 'stalled';" })
      const told = new AbortController()
      network.fault = { kind: 'hang', at: /create database/i, onHang: () => told.abort() }
      const comparison = compareMigrations(
        {
          name: 'shop',
          adapter,
          tables: factsOf(NO_TABLES),
          migrations: migrationSettings({ folder: folder.path }),
          seeds: undefined,
        },
        { signal: told.signal, drops: 'all', tell: () => undefined },
      )
      await expect(comparison).rejects.toHaveProperty('name', 'AbortError')
    }))
})
