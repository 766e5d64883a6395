// W12: what a hit of @keelson/cache costs beside other caches; and a route with cached() beside node:http that sends stored bytes.
import type { Bench, Section } from '../harness/bench.ts'
import { besides, runProgram } from '../harness/run-program.ts'

const ROUNDS = 3

export function caches(bench: Bench): Promise<Section> {
  const rounds = bench.options.rounds * ROUNDS
  return Promise.resolve({
    id: 'w12',
    title: 'W12: a cache, and cached routes',
    how: `${rounds} rounds of windows of 0.2 s, of 1 s for routes`,
    table: ['cache', 'cached-route'].map((name) => runProgram(bench, name, String(rounds))).join('\n\n'),
    remarks: [besides('lru-cache', 'bentocache', 'cache-manager', 'cacheable')],
  })
}
