// W6: W2's request while the app has 10, 100, 1,000 and 10,000 routes; the measured one is registered last.
import type { Bench, Section } from '../harness/bench.ts'
import { measure, type Sample } from '../harness/measure.ts'
import { nameWithVersion, peersFor, type Peer } from '../harness/peers.ts'
import { inRounds } from '../harness/rounds.ts'
import { median } from '../harness/statistics.ts'
import { markdownTable } from '../harness/table.ts'
import { ordersWithRoutes } from './orders.ts'

const SIZES = [10, 100, 1000, 10_000]
/** A cell is four windows long already. */
const MAX_ROUNDS = 3

/** Measures every peer at every size, sizes interleaved as well. */
export async function growth(bench: Bench): Promise<Section> {
  const cells = peersFor('orders', bench.options.peers).flatMap((peer) =>
    SIZES.map((size) => ({ ...peer, title: `${peer.title}, ${size} routes`, size, peer })),
  )
  const options = { ...bench.options, rounds: Math.min(bench.options.rounds, MAX_ROUNDS) }
  const { samples, leftOut } = await inRounds({ ...bench, options }, cells, (cell) =>
    measure(bench, cell, ordersWithRoutes((cell as (typeof cells)[number]).size)),
  )
  const bySize = new Map<Peer, Map<number, number>>()
  for (const [cell, taken] of samples) {
    const { peer, size } = cell as (typeof cells)[number]
    const row = bySize.get(peer) ?? new Map<number, number>()
    bySize.set(peer, row.set(size, cpu(taken)))
  }
  const rows = [...bySize].map(([peer, row]) => [nameWithVersion(peer), ...cellsOf(row)])
  const head = ['CPU µs/request', ...SIZES.map((size) => size.toLocaleString('en-US')), 'growth']
  return { id: 'w6', title: 'W6: growth', table: markdownTable(head, rows), remarks: leftOut }
}

function cpu(samples: readonly Sample[]): number {
  return median(samples.map((sample) => sample.cpuMicros))
}

function cellsOf(row: ReadonlyMap<number, number>): string[] {
  const values = SIZES.map((size) => row.get(size))
  const [first, last] = [values[0], values.at(-1)]
  const grown = first === undefined || last === undefined ? '-' : `${((last / first - 1) * 100).toFixed(0)} %`
  return [...values.map((value) => value?.toFixed(1) ?? '-'), grown]
}
