// Before the tests: where no PostgreSQL answers, one is started for them, and ends with them.
import { openPostgres, type OwnServer } from './own-server.ts'
import { askPostgres, POSTGRES_URL } from './servers.ts'

let server: OwnServer | undefined

/** Where services are required, the one that is told must answer. */
export async function setup(): Promise<void> {
  const { KEELSON_TEST_POSTGRES_URL: given, CI, REQUIRE_SERVICES } = process.env
  if (given !== undefined || CI !== undefined || REQUIRE_SERVICES === 'true') return
  if (await askPostgres(POSTGRES_URL, 'select 1').catch(() => undefined)) return
  server = await openPostgres()?.catch(tell)
  if (server !== undefined) process.env['KEELSON_TEST_POSTGRES_URL'] = server.url
}

export async function teardown(): Promise<void> {
  await server?.[Symbol.asyncDispose]()
}

/** Tests of other systems go on without it, and those that need it say so. */
function tell(error: unknown): undefined {
  process.stderr.write(`PostgreSQL could not be started for the tests: ${String(error)}\n`)
}
