// Apps side by side in one process on core 0: each serves in turn, by windows of a second, in an order that turns around, and the CPU time of the server's thread
// for each request is printed. The load comes from a process of its own on core 1.
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:net'
import { fileURLToPath } from 'node:url'
import { median, withSpread } from '../harness/statistics.ts'
import { markdownTable } from '../harness/table.ts'

const WINDOW_MS = 1_000
const FILE = fileURLToPath(import.meta.url)
const CONNECTIONS = 16

/** What serves on a port of its own: an app, or a server of a peer. */
export interface Served {
  listen(options: {
    readonly port: number
    readonly host: string
    readonly signals: false
  }): Promise<{ readonly urls: readonly string[] }>
  stop(): Promise<unknown>
}

interface Asked {
  readonly port: number
  readonly request: string
}

/** Asks a port for the length of a window on several connections, one request after the other; returns how many were answered. */
async function load({ port, request }: Asked): Promise<number> {
  let answered = 0
  const until = performance.now() + WINDOW_MS
  const one = async (): Promise<void> => {
    const socket = connect(port, '127.0.0.1').setNoDelay(true)
    socket.write(request)
    for await (const _ of socket) {
      answered++
      if (performance.now() > until) break
      socket.write(request)
    }
  }
  await Promise.all(Array.from({ length: CONNECTIONS }, one))
  return answered
}

/** How apps are measured. */
export interface SideBySide {
  readonly title: string
  /** The bytes of a request without a body. */
  readonly request: string
  readonly rounds: number
  /** What an app is compared with; default: the first. */
  readonly baseOf?: (name: string) => string
}

/** Measures apps by name, and prints a table. */
export async function measure(
  apps: Readonly<Record<string, Served>>,
  { title, request, rounds, baseOf = () => Object.keys(apps)[0] as string }: SideBySide,
): Promise<void> {
  const names = Object.keys(apps)
  const ports: number[] = []
  for (const app of Object.values(apps)) {
    const { urls } = await app.listen({ port: 0, host: '127.0.0.1', signals: false })
    ports.push(Number(new URL(urls[0]!).port))
  }
  execFileSync('taskset', ['-acp', '0', String(process.pid)])
  const loader = spawn('taskset', ['-c', '1', process.execPath, FILE], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  const spent = names.map((): number[] => [])
  for (let round = -3; round < rounds; round++) {
    const order = round % 2 === 0 ? names.keys() : [...names.keys()].toReversed()
    for (const at of order) {
      const before = process.threadCpuUsage()
      loader.send({ port: ports[at]!, request } satisfies Asked)
      const [answered] = (await once(loader, 'message')) as [number]
      const { user, system } = process.threadCpuUsage(before)
      // The first rounds warm up.
      if (round >= 0) spent[at]!.push((user + system) / answered)
    }
  }
  const rows = names.map((name, at) => {
    const base = spent[names.indexOf(baseOf(name))]!
    const own = spent[at]!
    return [
      name,
      median(own).toFixed(2),
      median(own.map((one, round) => one - base[round]!)).toFixed(2),
      withSpread(own.map((one, round) => base[round]! / one)),
    ]
  })
  const head = ['', 'CPU µs/request', 'more', 'ratio (middle half)']
  console.log(`### ${title}\n\n${markdownTable(head, rows)}\n`)
  loader.kill()
  for (const app of Object.values(apps)) await app.stop()
}

if (process.argv[1] === FILE)
  process.on('message', (asked: Asked) => void load(asked).then((count) => process.send?.(count)))
