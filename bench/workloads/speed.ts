// W1 to W4: requests a second, CPU time for each, p99, memory.
import type { Bench, Section } from '../harness/bench.ts'
import { open, serverOptions } from '../harness/measure.ts'
import { peersFor, remarksFor } from '../harness/peers.ts'
import { inRounds } from '../harness/rounds.ts'
import { noiseRemark, speedTable } from '../harness/table.ts'
import type { Workload } from './contract.ts'

/** Measures every peer that has the app. */
export async function speed(bench: Bench, { id, title, job }: Workload): Promise<Section> {
  const measured = await inRounds(bench, peersFor(job.app, bench.options.peers), (peer) =>
    open(serverOptions(bench, peer, job), job, bench.cores.others),
  )
  const remarks = [...measured.leftOut, ...remarksFor(job.app), noiseRemark(measured)]
  return { id, title, table: speedTable(measured), remarks }
}
