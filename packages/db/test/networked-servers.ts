// The servers that are at hand, each with a database of its own, and the way to them through a network that fails.
import type { Adapter, PoolOptions } from '../src/adapter/index.ts'
import { mysql } from '../src/mysql/index.ts'
import { postgres } from '../src/postgres/index.ts'
import type { FaultyNetwork } from './faulty-network.ts'
import { findMariadb, findPostgres, makeMariadb, makePostgres } from './servers.ts'

export interface NetworkedServer {
  readonly name: string
  readonly url: string
  readonly port: number
  adapter(url: string, options?: PoolOptions): Adapter
  drop(): Promise<unknown>
}

export async function networkedServers(): Promise<NetworkedServer[]> {
  const [onPostgres, onMariadb] = [(await findPostgres()).url, (await findMariadb()).url]
  const found = [
    ...(onPostgres === undefined
      ? []
      : [{ name: 'PostgreSQL', adapter: postgres, ...(await makePostgres(onPostgres)) }]),
    ...(onMariadb === undefined
      ? []
      : [{ name: 'MariaDB', adapter: mysql, ...(await makeMariadb(onMariadb)) }]),
  ]
  return found.map((server) => ({ ...server, port: Number(new URL(server.url).port) }))
}

/** An adapter to a server through a network. */
export function adapterThrough(
  { port }: FaultyNetwork,
  { url, adapter }: NetworkedServer,
  options: PoolOptions = {},
): Adapter {
  const through = Object.assign(new URL(url), { port: String(port), hostname: '127.0.0.1' })
  return adapter(through.href, { poolSize: 2, ...options })
}
