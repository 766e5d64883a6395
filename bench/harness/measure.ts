// One server, started, looked at, warmed up, and measured for one window.
import { setTimeout as sleep } from 'node:timers/promises'
import type { Job } from '../workloads/contract.ts'
import type { Bench } from './bench.ts'
import { databasePids } from './database.ts'
import { load } from './load.ts'
import { busyMs, cpuMs, pin, residentMb } from './machine.ts'
import { serverFile, type Peer } from './peers.ts'
import { Server, type ServerOptions } from './server.ts'
import { firstDifference } from './verify.ts'

/** One window. */
export interface Sample {
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

/** @throws {LeftOutError} when the server does not do the job */
export async function measure(bench: Bench, peer: Peer, job: Job): Promise<Sample> {
  const server = await Server.start(serverOptions(bench, peer, job))
  try {
    await prove(server, job)
    return await measureRunning(bench, { server, job, cores: bench.cores.others })
  } finally {
    await server.stop()
  }
}

/** Waits until the server is up, and looks at its answers. */
export async function prove(server: Server, job: Job): Promise<void> {
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

/** Warms a server up and takes its time. */
export async function measureRunning(bench: Bench, { server, job, cores }: Running): Promise<Sample> {
  const { seconds, warmUpSeconds } = bench.options
  const run = { port: server.port, requests: job.requests, connections: CONNECTIONS, cores }
  await load({ ...run, seconds: warmUpSeconds })
  if (job.needsDatabase === true) for (const pid of databasePids()) pin(pid, cores)
  const before = { cpu: cpuMs(server.pid), busy: busyMs(bench.cores.server), at: performance.now() }
  const seen = await load({ ...run, seconds })
  const cpu = cpuMs(server.pid) - before.cpu
  const foreign = busyMs(bench.cores.server) - before.busy - cpu
  if (seen.failures > 0)
    throw new LeftOutError(`${seen.failures} of ${seen.requests} requests failed under load`)
  const memory = residentMb(server.pid)
  await checkLog(server, job, seen.requests)
  return {
    requestsPerSecond: seen.requests / seen.seconds,
    cpuMicros: (cpu * 1000) / seen.requests,
    p99Ms: seen.p99Ms,
    residentMb: memory,
    foreignShare: Math.max(0, foreign / (performance.now() - before.at)),
  }
}

/** A line for each request, within a moment: destinations are asynchronous. The last few may wait for more. */
async function checkLog(server: Server, job: Job, requests: number): Promise<void> {
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
