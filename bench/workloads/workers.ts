// W7: W2's app in one worker and in two, on two cores.
import type { Bench, Section } from '../harness/bench.ts'
import { open, type Running, type Sample } from '../harness/measure.ts'
import { program } from '../harness/paths.ts'
import { nameWithVersion, peersFor, serverFile, type Peer } from '../harness/peers.ts'
import { inRounds } from '../harness/rounds.ts'
import { median, whole } from '../harness/statistics.ts'
import { markdownTable } from '../harness/table.ts'
import { orders } from './orders.ts'

/** Measures every peer with one worker on one core and with two on two. */
export async function workers(bench: Bench): Promise<Section> {
  const rows: string[][] = []
  const leftOut: string[] = []
  for (const peer of peersFor('orders', bench.options.peers)) {
    const cells = [1, 2].map((count) => ({ ...peer, title: `${peer.title}, workers: ${count}`, count }))
    const measured = await inRounds(bench, cells, (cell) =>
      openWorkers(bench, cell, (cell as (typeof cells)[number]).count),
    )
    const [one, two] = cells.map((cell) => measured.samples.get(cell))
    if (one !== undefined && two !== undefined) rows.push(row(peer, one, two))
    leftOut.push(...measured.leftOut)
  }
  const head = ['', 'one worker req/s', 'two req/s', 'measured', 'CPU µs one', 'CPU µs two', 'by CPU']
  return {
    id: 'w7',
    title: 'W7: two workers',
    table: markdownTable(head, rows),
    remarks: [...leftOut, ...remarks(bench)],
  }
}

function openWorkers({ node, cores }: Bench, peer: Peer, count: number): Promise<Running> {
  const own = count === 1 ? cores.server : cores.workers
  const options = {
    node,
    args: [program('workers'), String(count), serverFile(peer, 'orders')],
    cores: own,
    ...(peer.env && { env: peer.env }),
  }
  return open(options, orders, cores.besideWorkers ?? own)
}

function row(peer: Peer, one: readonly Sample[], two: readonly Sample[]): string[] {
  const speed = [one, two].map((taken) => median(taken.map((sample) => sample.requestsPerSecond)))
  const cpu = [one, two].map((taken) => median(taken.map((sample) => sample.cpuMicros)))
  return [
    nameWithVersion(peer),
    ...speed.map(whole),
    `${((speed[1] ?? NaN) / (speed[0] ?? NaN)).toFixed(2)} x`,
    ...cpu.map((value) => value.toFixed(1)),
    `${((2 * (cpu[0] ?? NaN)) / (cpu[1] ?? NaN)).toFixed(2)} x`,
  ]
}

function remarks({ cores }: Bench): string[] {
  const byCpu =
    '"By CPU" is what two free cores would serve: twice the CPU time of a request with one worker over that with two.'
  if (cores.besideWorkers !== undefined) return [byCpu]
  return [
    byCpu,
    'This machine has two cores, so the load shares them: with one worker it has that one core, with two both.',
  ]
}
