// W10: what @keelson/db costs beside bare drivers and other libraries, in one process; and the memory of its streams.
import type { Bench, Section } from '../harness/bench.ts'
import { prepareDatabase } from '../harness/database.ts'
import { besides, runProgram } from '../harness/run-program.ts'

/** Rounds of its short windows for each round of the others. */
const ROUNDS = 4
const TIMED = ['db-read', 'db-transaction', 'db-insert-many']

/** Runs the programs `db-*` one after the other; each prints its tables. */
export function database(bench: Bench): Promise<Section> {
  const rounds = bench.options.rounds * ROUNDS
  const tables = [
    ...TIMED.map((name) => runProgram(bench, name, String(rounds))),
    runProgram(bench, 'db-stream'),
  ]
  const server = prepareDatabase()
  return Promise.resolve({
    id: 'w10',
    title: 'W10: the database',
    how: `${rounds} rounds of windows of 0.2 s, PostgreSQL ${'version' in server ? server.version : ''}`,
    table: tables.join('\n\n'),
    remarks: [besides('pg', 'kysely', 'drizzle-orm', 'typeorm')],
  })
}
