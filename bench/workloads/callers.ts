// W13: what it costs to know who calls, by a token; and what a rule of a policy takes.
import type { Bench, Section } from '../harness/bench.ts'
import { besides, runProgram } from '../harness/run-program.ts'

const ROUNDS = 3

export function callers(bench: Bench): Promise<Section> {
  const rounds = bench.options.rounds * ROUNDS
  return Promise.resolve({
    id: 'w13',
    title: 'W13: who calls, and what they may do',
    how: `${rounds} rounds of windows of 1 s, of 0.2 s for rules`,
    table: ['bearer', 'policy'].map((name) => runProgram(bench, name, String(rounds))).join('\n\n'),
    remarks: [besides('fastify', '@fastify/jwt')],
  })
}
