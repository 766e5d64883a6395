// W6: W2's request while the app has 10, 100, 1,000 and 10,000 routes; the measured one is registered last.
import type { Bench, Section } from '../harness/bench.ts'
import { open, serverOptions, type Sample } from '../harness/measure.ts'
import { nameWithVersion, peersFor } from '../harness/peers.ts'
import { inRounds } from '../harness/rounds.ts'
import { median } from '../harness/statistics.ts'
import { markdownTable } from '../harness/table.ts'
import { ordersWithRoutes } from './orders.ts'

const SIZES = [10, 100, 1000, 10_000]
/** There are four servers of each peer already. */
const MAX_ROUNDS = 3

/** Measures every peer at every size, the sizes in turn. */
export async function growth(bench: Bench): Promise<Section> {
  const rounds = Math.min(bench.options.rounds, MAX_ROUNDS)
  const limited = { ...bench, options: { ...bench.options, rounds } }
  const rows: string[][] = []
  const leftOut: string[] = []
  for (const peer of peersFor('orders', bench.options.peers)) {
    const cells = SIZES.map((size) => ({ ...peer, title: `${peer.title}, ${size} routes`, size }))
    const measured = await inRounds(limited, cells, (cell) => {
      const job = ordersWithRoutes((cell as (typeof cells)[number]).size)
      return open(serverOptions(bench, cell, job), job, bench.cores.others)
    })
    rows.push([nameWithVersion(peer), ...cellsOf(cells.map((cell) => measured.samples.get(cell)))])
    leftOut.push(...measured.leftOut)
  }
  const head = ['CPU µs/request', ...SIZES.map((size) => size.toLocaleString('en-US')), 'growth']
  return { id: 'w6', title: 'W6: growth', table: markdownTable(head, rows), remarks: leftOut }
}

function cellsOf(columns: readonly (readonly Sample[] | undefined)[]): string[] {
  const values = columns.map((samples) => samples && median(samples.map(({ cpuMicros }) => cpuMicros)))
  const [first, last] = [columns[0], columns.at(-1)]
  // Window by window, since these were taken within seconds of each other.
  const growth =
    first &&
    last &&
    median(last.map(({ cpuMicros }, at) => (cpuMicros / (first[at]?.cpuMicros ?? NaN) - 1) * 100))
  return [
    ...values.map((value) => value?.toFixed(1) ?? '-'),
    growth === undefined ? '-' : `${growth.toFixed(0)} %`,
  ]
}
