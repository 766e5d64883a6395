// Pieces of work in turns in one process: windows of a fifth of a second, in an order that turns around, and the CPU time of the thread for each run. What
// others do on the machine hits all of them alike.
import { loadavg } from 'node:os'

const WINDOW_MS = 200
const WARM_UP_ROUNDS = 4

/** Does its work once. */
export type Work = () => unknown

/** How works are run. */
export interface Turns {
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
      done++
    }
  }
  const before = process.threadCpuUsage()
  await Promise.all(Array.from({ length: concurrency }, loop))
  const { user, system } = process.threadCpuUsage(before)
  return { cpu: (user + system) / done, wall: ((performance.now() - start) * 1000) / done }
}

/**
 * Prints of each work its CPU time, the least and the median of all rounds, and its ratios to the first one, in CPU and in wall time: above 1 takes less than
 * the first.
 */
export async function inTurns(
  works: Readonly<Record<string, Work>>,
  { concurrency, rounds }: Turns,
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
  console.log(`${concurrency} side by side, ${rounds} rounds, load ${loadavg()[0]!.toFixed(1)}`)
  for (const [at, name] of names.entries()) console.log(lineOf(name, spent[at]!, spent[0]!))
}

function lineOf(name: string, own: readonly Spent[], first: readonly Spent[]): string {
  const cpu = own.map((each) => each.cpu)
  const least = Math.min(...first.map((each) => each.cpu)) / Math.min(...cpu)
  const ofCpu = median(own.map((each, round) => first[round]!.cpu / each.cpu))
  const ofWall = median(own.map((each, round) => first[round]!.wall / each.wall))
  return (
    `${name.padEnd(24)} CPU ${Math.min(...cpu).toFixed(1)} us at least, ${median(cpu).toFixed(1)} in the median; ` +
    `ratios: least ${least.toFixed(2)}, median ${ofCpu.toFixed(2)}, wall ${ofWall.toFixed(2)}`
  )
}

/** The middle one. */
function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN
}
