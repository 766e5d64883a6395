import { parseArgs } from 'node:util'

/** What the command line asked for. */
export interface Options {
  /** `w1` … `w13`; empty for all. */
  readonly workloads: readonly string[]
  /** Peer ids; empty for all. Raw is always measured with them, since the ratios need it. */
  readonly peers: readonly string[]
  readonly rounds: number
  readonly node: NodeMajor
  /** Timed windows of a second that each server has in a round. */
  readonly seconds: number
  readonly warmUpSeconds: number
  readonly isQuick: boolean
  /** Whether to measure what was built before. */
  readonly skipsBuild: boolean
}

export type NodeMajor = '22' | '24' | '26'

export const USAGE = `pnpm bench [options]
  --workload <w1,w2,…>  default: all
  --peer <id,id,…>      default: all; raw is always with them
  --rounds <n>          default 5
  --seconds <n>         time of each server in a round, in windows of a second, default 5
  --node <22|24|26>     default 24
  --quick               two rounds of two seconds: to see that everything works, not to compare
  --no-build            measures Keelson as it was built and packed last`

/** Reads the command line. @throws {Error} with a sentence for people */
export function readOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    // `pnpm bench -- --quick` hands the dashes on.
    args: args.filter((arg) => arg !== '--'),
    options: {
      workload: { type: 'string', multiple: true, default: [] },
      peer: { type: 'string', multiple: true, default: [] },
      rounds: { type: 'string' },
      seconds: { type: 'string' },
      node: { type: 'string', default: '24' },
      quick: { type: 'boolean', default: false },
      'no-build': { type: 'boolean', default: false },
    },
  })
  const isQuick = values.quick
  return {
    workloads: names(values.workload),
    peers: names(values.peer),
    rounds: positive(values.rounds, isQuick ? 2 : 5, '--rounds'),
    seconds: positive(values.seconds, isQuick ? 2 : 5, '--seconds'),
    warmUpSeconds: isQuick ? 1 : 3,
    node: nodeMajor(values.node),
    isQuick,
    skipsBuild: values['no-build'],
  }
}

function names(values: readonly string[]): string[] {
  return values.flatMap((value) => value.toLowerCase().split(',')).filter((name) => name !== '')
}

function positive(text: string | undefined, fallback: number, option: string): number {
  if (text === undefined) return fallback
  const value = Number(text)
  if (Number.isInteger(value) && value > 0) return value
  throw new Error(`${option} must be a whole number above 0, not '${text}'.`)
}

function nodeMajor(text: string): NodeMajor {
  if (text === '22' || text === '24' || text === '26') return text
  throw new Error(`--node must be 22, 24 or 26, not '${text}'.`)
}
