// Pieces of work in turns in one process: windows of a fifth of a second, in an order that turns around, and the CPU time of the thread for each run. What
// others do on the machine hits all of them alike.
import { median, withSpread } from '../harness/statistics.ts'
import { markdownTable } from '../harness/table.ts'

const WINDOW_MS = 200
const WARM_UP_ROUNDS = 4

/** Does its work once, or as often as it says. */
export interface Work {
  (): unknown
  readonly times?: number
}

/** How works are run. */
export interface Turns {
  readonly title: string
  /** How many of a work run side by side. */
  readonly concurrency: number
  readonly rounds: number
}

/** Microseconds for each run of a work in one window. */
interface Spent {
  readonly cpu: number
  readonly wall: number
}

async function window(work: Work, concurrency: number): Promise<Spent> {
  const start = performance.now()
  const until = start + WINDOW_MS
  let done = 0
  const loop = async (): Promise<void> => {
    while (performance.now() < until) {
      await work()
      done += work.times ?? 1
    }
  }
  const before = process.threadCpuUsage()
  await Promise.all(Array.from({ length: concurrency }, loop))
  const { user, system } = process.threadCpuUsage(before)
  return { cpu: (user + system) / done, wall: ((performance.now() - start) * 1000) / done }
}

/** Prints of each work its CPU time, and its ratios to the first one, in CPU and in wall time: above 1 takes less than the first. */
export async function inTurns(
  works: Readonly<Record<string, Work>>,
  { title, concurrency, rounds }: Turns,
): Promise<void> {
  const names = Object.keys(works)
  const spent = names.map((): Spent[] => [])
  for (let round = -WARM_UP_ROUNDS; round < rounds; round++) {
    const order = round % 2 === 0 ? [...names.keys()] : [...names.keys()].toReversed()
    for (const at of order) {
      const each = await window(works[names[at]!]!, concurrency)
      if (round >= 0) spent[at]!.push(each)
    }
  }
  const [first = []] = spent
  const head = ['', 'CPU µs', `ratio to ${names[0]} (middle half)`, 'by wall time']
  const rows = names.map((name, at) => [name, ...cellsOf(spent[at]!, first)])
  const beside = concurrency === 1 ? '' : `, ${concurrency} side by side`
  console.log(`### ${title}${beside}\n\n${markdownTable(head, rows)}\n`)
}

function cellsOf(own: readonly Spent[], first: readonly Spent[]): string[] {
  const ratios = (pick: (spent: Spent) => number): number[] =>
    own.map((each, round) => pick(first[round]!) / pick(each))
  return [
    median(own.map(({ cpu }) => cpu)).toFixed(2),
    withSpread(ratios(({ cpu }) => cpu)),
    median(ratios(({ wall }) => wall)).toFixed(2),
  ]
}
