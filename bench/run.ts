// `pnpm bench`: Keelson beside its peers. README.md says what is measured; `--help` prints the options.
import type { Bench, Section } from './harness/bench.ts'
import { prepareDatabase } from './harness/database.ts'
import { chooseCores, pin } from './harness/machine.ts'
import { readOptions, USAGE, type Options } from './harness/options.ts'
import { nodeBinary } from './harness/paths.ts'
import { checkPeerNames } from './harness/peers.ts'
import { prepare } from './harness/prepare.ts'
import { keep, toMarkdown } from './harness/results.ts'
import { mustRun } from './harness/run-command.ts'
import { caches } from './workloads/cache.ts'
import { callers } from './workloads/callers.ts'
import { conduit } from './workloads/conduit.ts'
import { database } from './workloads/database.ts'
import { growth } from './workloads/growth.ts'
import { hello } from './workloads/hello.ts'
import { cachedItems, items } from './workloads/items.ts'
import { orders } from './workloads/orders.ts'
import { speed } from './workloads/speed.ts'
import { start } from './workloads/start.ts'
import { types } from './workloads/types.ts'
import { workers } from './workloads/workers.ts'

interface Workload {
  readonly needsDatabase?: boolean
  readonly run: (bench: Bench) => Promise<Section>
}

const WORKLOADS: Readonly<Record<string, Workload>> = {
  w1: { run: (bench) => speed(bench, { id: 'w1', title: 'W1: hello, world', job: hello }) },
  w2: { run: (bench) => speed(bench, { id: 'w2', title: 'W2: an order, validated', job: orders }) },
  w3: {
    needsDatabase: true,
    run: (bench) => speed(bench, { id: 'w3', title: 'W3: a guarded row of PostgreSQL', job: items }),
  },
  w4: {
    needsDatabase: true,
    run: (bench) => speed(bench, { id: 'w4', title: 'W4: a guarded row of memory', job: cachedItems }),
  },
  w5: {
    run: (bench) => start(bench, { id: 'w5', title: 'W5: start and idle memory of W2’s app', job: orders }),
  },
  w6: { run: growth },
  w7: { run: workers },
  w8: { run: types },
  w10: { needsDatabase: true, run: database },
  w11: { needsDatabase: true, run: conduit },
  w12: { needsDatabase: true, run: caches },
  w13: { run: callers },
}

/** Announced, and not there yet. */
const WAITING: Readonly<Record<string, string>> = {
  w9: 'W9 (overload) waits for load shedding in @keelson/http: there is nothing of ours to measure yet.',
}

async function main(args: readonly string[]): Promise<void> {
  if (args.includes('--help')) return console.log(USAGE)
  const options = readOptions(args)
  const wanted =
    options.workloads.length === 0 ? [...Object.keys(WORKLOADS), ...Object.keys(WAITING)] : options.workloads
  const unknown = wanted.filter((id) => WORKLOADS[id] === undefined && WAITING[id] === undefined)
  if (unknown.length > 0) throw new Error(`No workload ${unknown.join(', ')}.\n${USAGE}`)
  checkPeerNames(options.peers)

  const cores = chooseCores()
  prepare(options.skipsBuild)
  pin(process.pid, cores.others)
  const prepared = prepareDatabase()
  const noDatabase = 'problem' in prepared ? prepared.problem : undefined
  const bench: Bench = { options, cores, node: nodeBinary(options.node), noDatabase }
  for (const id of wanted) await runWorkload(id, bench)
}

async function runWorkload(id: string, bench: Bench): Promise<void> {
  const workload = WORKLOADS[id]
  if (workload === undefined) return console.log(`\n${WAITING[id]}`)
  if (workload.needsDatabase === true && bench.noDatabase !== undefined) {
    return console.log(`\n${id} is left out: ${bench.noDatabase}`)
  }
  console.log(`\n${id} …`)
  const section = await workload.run(bench)
  const markdown = toMarkdown(section, bench, mustRun(bench.node, ['-p', 'process.versions.node']).trim())
  console.log(`\n${markdown}`)
  if (isWhole(bench.options)) keep(`${section.id}-node${bench.options.node}`, markdown)
}

/** Only whole runs are kept: not those of some peers, nor quick ones. */
function isWhole({ peers, isQuick }: Options): boolean {
  return peers.length === 0 && !isQuick
}

await main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
})
