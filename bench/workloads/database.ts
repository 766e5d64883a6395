// W10: what @keelson/db costs beside bare drivers and other libraries, in one process; and the memory of its streams.
import type { Bench, Section } from '../harness/bench.ts'
import { prepareDatabase } from '../harness/database.ts'
import { program } from '../harness/paths.ts'
import { installedVersion } from '../harness/peers.ts'
import { mustRun } from '../harness/run-command.ts'

/** Rounds of its short windows for each round of the others. */
const ROUNDS = 4
const TIMED = ['db-read', 'db-transaction', 'db-insert-many']
const PACKAGES = ['pg', 'kysely', 'drizzle-orm', 'typeorm']

/** Runs the programs `db-*` one after the other; each prints its tables. */
export function database(bench: Bench): Promise<Section> {
  const rounds = bench.options.rounds * ROUNDS
  const run = (name: string, ...args: string[]): string => {
    console.log(`  ${name}`)
    return mustRun('taskset', ['-c', bench.cores.server, bench.node, ...args]).trim()
  }
  const tables = [
    ...TIMED.map((name) => run(name, program(name), String(rounds))),
    run('db-stream', '--expose-gc', program('db-stream')),
  ]
  const server = prepareDatabase()
  const versions = PACKAGES.map((name) => `${name} ${installedVersion(name)}`)
  return Promise.resolve({
    id: 'w10',
    title: 'W10: the database',
    how: `${rounds} rounds of windows of 0.2 s, PostgreSQL ${'version' in server ? server.version : ''}`,
    table: tables.join('\n\n'),
    remarks: [`Beside ${versions.join(', ')}.`],
  })
}
