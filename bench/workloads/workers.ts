// W7: W2's app in one worker and in two, on two cores.
import type { Bench, Section } from '../harness/bench.ts'
import { measureRunning, prove, type Sample } from '../harness/measure.ts'
import { program } from '../harness/paths.ts'
import { nameWithVersion, peersFor, serverFile, type Peer } from '../harness/peers.ts'
import { inRounds } from '../harness/rounds.ts'
import { Server } from '../harness/server.ts'
import { median, whole } from '../harness/statistics.ts'
import { markdownTable } from '../harness/table.ts'
import { orders } from './orders.ts'

/** Measures every peer with one worker and with two, both allowed on the same two cores. */
export async function workers(bench: Bench): Promise<Section> {
  const cells = peersFor('orders', bench.options.peers).flatMap((peer) =>
    [1, 2].map((count) => ({ ...peer, title: `${peer.title}, workers: ${count}`, count, peer })),
  )
  type Cell = (typeof cells)[number]
  const { samples, leftOut } = await inRounds(bench, cells, (cell) =>
    measureWorkers(bench, cell, (cell as Cell).count),
  )
  const byPeer = Map.groupBy([...samples], ([cell]) => (cell as Cell).peer)
  const rows = [...byPeer].flatMap(([peer, taken]) => {
    const [one, two] = [1, 2].map((count) => taken.find(([cell]) => (cell as Cell).count === count)?.[1])
    return one === undefined || two === undefined ? [] : [row(peer, one, two)]
  })
  const head = ['', 'one worker req/s', 'two req/s', 'measured', 'CPU µs one', 'CPU µs two', 'by CPU']
  return {
    id: 'w7',
    title: 'W7: two workers',
    table: markdownTable(head, rows),
    remarks: [...leftOut, ...remarks(bench)],
  }
}

async function measureWorkers(bench: Bench, peer: Peer, count: number): Promise<Sample> {
  const server = await Server.start({
    node: bench.node,
    args: [program('workers'), String(count), serverFile(peer, 'orders')],
    cores: bench.cores.workers,
    ...(peer.env && { env: peer.env }),
  })
  try {
    await prove(server, orders)
    return await measureRunning(bench, {
      server,
      job: orders,
      cores: bench.cores.besideWorkers ?? bench.cores.others,
    })
  } finally {
    await server.stop()
  }
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
    'This machine has two cores, so the load runs on those of the workers, and "measured" is too low.',
  ]
}
