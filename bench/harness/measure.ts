// One server: started, looked at, warmed up, and measured for a window.
import { setTimeout as sleep } from 'node:timers/promises'
import type { Job } from '../workloads/contract.ts'
import type { Bench } from './bench.ts'
import { databasePids } from './database.ts'
import { load, type LoadOptions } from './load.ts'
import { busyMs, cpuMs, pin, residentMb } from './machine.ts'
import { serverFile, type Peer } from './peers.ts'
import { Server, type ServerOptions } from './server.ts'
import { firstDifference } from './verify.ts'

/** One window. */
export interface Sample {
  readonly requests: number
  readonly requestsPerSecond: number
  /** CPU time of the server, user and system, for one request, µs. */
  readonly cpuMicros: number
  readonly p99Ms: number
  readonly residentMb: number
  /** Share of the server's core that others used, 0 to 1. */
  readonly foreignShare: number
}

/** Why a server is left out. */
export class LeftOutError extends Error {}

const CONNECTIONS = 50
/** Short, so that all servers meet the same moods of the machine. */
const WINDOW_SECONDS = 1
/** Requests after which code is taken for compiled, and how often the time for it is given. */
const WARM_REQUESTS = 5000
const MOST_WARM_UPS = 5
const LOG_POLL_MS = 100
const LOG_LIMIT_MS = 5000

/** How a peer's server is started for a job. */
export function serverOptions(bench: Bench, peer: Peer, job: Job): ServerOptions {
  return {
    node: bench.node,
    args: [serverFile(peer, job.app)],
    cores: bench.cores.server,
    env: { ...job.env, ...peer.env },
  }
}

/** A server for a job, started and looked at. @throws {LeftOutError} when it does not do the job */
export async function open(options: ServerOptions, job: Job, cores: string): Promise<Running> {
  const server = await Server.start(options)
  try {
    await prove(server, job)
    return { server, job, cores }
  } catch (error) {
    await server.stop()
    throw error
  }
}

/** Waits until the server is up, and looks at its answers. */
async function prove(server: Server, job: Job): Promise<void> {
  const first = job.checks[0]
  if (first === undefined) throw new Error('A job needs a check.')
  try {
    await server.firstAnswer(first.request)
  } catch (error) {
    throw new LeftOutError(
      (error instanceof Error ? error.message : String(error)).slice(0, 500).replaceAll(/\s+/g, ' '),
    )
  }
  const difference = await firstDifference(server.port, job.checks)
  if (difference !== undefined) throw new LeftOutError(`answers differ: ${difference}`)
}

/** A server that is up, and the cores that load it. */
export interface Running {
  readonly server: Server
  readonly job: Job
  readonly cores: string
}

/** Loads a server for a while without looking, and longer where a database makes it slow: code that ran seldom is not compiled. */
export async function warmUp({ options }: Bench, running: Running): Promise<void> {
  let requests = 0
  for (let turn = 0; turn < MOST_WARM_UPS && requests < WARM_REQUESTS; turn += 1)
    requests += (await load({ ...loadOf(running), seconds: options.warmUpSeconds })).requests
  if (running.job.needsDatabase === true) for (const pid of databasePids()) pin(pid, running.cores)
}

/** Takes the time of one window. */
export async function takeWindow(bench: Bench, running: Running): Promise<Sample> {
  const { server } = running
  const before = { cpu: cpuMs(server.pid), busy: busyMs(bench.cores.server), at: performance.now() }
  const seen = await load({ ...loadOf(running), seconds: WINDOW_SECONDS })
  const cpu = cpuMs(server.pid) - before.cpu
  const foreign = busyMs(bench.cores.server) - before.busy - cpu
  if (seen.failures > 0)
    throw new LeftOutError(`${seen.failures} of ${seen.requests} requests failed under load`)
  return {
    requests: seen.requests,
    requestsPerSecond: seen.requests / seen.seconds,
    cpuMicros: (cpu * 1000) / seen.requests,
    p99Ms: seen.p99Ms,
    residentMb: residentMb(server.pid),
    foreignShare: Math.max(0, foreign / (performance.now() - before.at)),
  }
}

function loadOf({ server, job, cores }: Running): Omit<LoadOptions, 'seconds'> {
  return { port: server.port, requests: job.requests, connections: CONNECTIONS, cores }
}

/** A line for each request, within a moment: destinations are asynchronous. The last few may wait for more. */
export async function checkLog({ server, job }: Running, requests: number): Promise<void> {
  const { logLine } = job
  if (logLine === undefined) {
    if (server.logLines().length > 10) throw new LeftOutError('it writes a log, and should not')
    return
  }
  for (let waited = 0; server.logLines().length < requests && waited < LOG_LIMIT_MS; waited += LOG_POLL_MS) {
    await sleep(LOG_POLL_MS)
  }
  const lines = server.logLines()
  if (lines.length < requests) throw new LeftOutError(`${lines.length} log lines for ${requests} requests`)
  const line = JSON.parse(lines[lines.length >> 1] ?? '{}') as Record<string, unknown>
  if (!logLine(line)) throw new LeftOutError(`a log line lacks the id or the path: ${JSON.stringify(line)}`)
}
