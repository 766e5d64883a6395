// From the start of the process to the first answer, and the memory of a server that waits.
import { setTimeout as sleep } from 'node:timers/promises'
import type { Bench, Section } from '../harness/bench.ts'
import { cpuMs, residentMb } from '../harness/machine.ts'
import { LeftOutError, serverOptions } from '../harness/measure.ts'
import { nameWithVersion, peersFor, type Peer } from '../harness/peers.ts'
import { Server } from '../harness/server.ts'
import { median, whole } from '../harness/statistics.ts'
import { markdownTable } from '../harness/table.ts'
import type { Job, Workload } from './contract.ts'

interface Start {
  readonly afterMs: number
  /** CPU time used until then, ms: holds on a busy machine. */
  readonly cpuMs: number
  readonly idleMb: number
}

const IDLE_MS = 2000
/** Starts vary more than windows, and cost less. */
const STARTS_PER_ROUND = 2

/** Starts every peer's app of a job again and again. */
export async function start(bench: Bench, { id, title, job }: Workload): Promise<Section> {
  const peers = peersFor(job.app, bench.options.peers)
  const starts = new Map<Peer, Start[]>(peers.map((peer) => [peer, []]))
  const leftOut: string[] = []
  const play = async (peer: Peer, taken: Start[]): Promise<void> => {
    try {
      taken.push(await startOnce(bench, peer, job))
    } catch (error) {
      if (!(error instanceof LeftOutError)) throw error
      starts.delete(peer)
      leftOut.push(`${peer.title} is left out: ${error.message}`)
    }
  }
  for (let round = 0; round < bench.options.rounds * STARTS_PER_ROUND; round += 1) {
    for (const [peer, taken] of starts) await play(peer, taken)
  }
  return { id, title, table: table(starts), remarks: leftOut }
}

async function startOnce(bench: Bench, peer: Peer, job: Job): Promise<Start> {
  const [check] = job.checks
  if (check === undefined) throw new Error('A job needs a check.')
  const server = await Server.start(serverOptions(bench, peer, job))
  try {
    const { answer, afterMs } = await server.firstAnswer(check.request)
    const used = cpuMs(server.pid)
    const difference = check.problem(answer)
    if (difference !== undefined) throw new LeftOutError(`answers differ: ${difference}`)
    await sleep(IDLE_MS)
    const sample = { afterMs, cpuMs: used, idleMb: residentMb(server.pid) }
    console.log(`  ${peer.title}: ${whole(afterMs)} ms, ${whole(sample.idleMb)} MB`)
    return sample
  } finally {
    await server.stop()
  }
}

function table(starts: ReadonlyMap<Peer, readonly Start[]>): string {
  const middle = (taken: readonly Start[], pick: (start: Start) => number): number => median(taken.map(pick))
  const rows = [...starts].map(([peer, taken]) => [
    nameWithVersion(peer),
    whole(middle(taken, ({ afterMs }) => afterMs)),
    whole(middle(taken, ({ cpuMs: used }) => used)),
    whole(middle(taken, ({ idleMb }) => idleMb)),
  ])
  return markdownTable(['', 'first answer ms', 'CPU until then ms', 'idle memory MB'], rows)
}
