// W11: what the types of each server cost the compiler.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Bench } from '../harness/bench.ts'
import { benchDir, conduitDir, distDir } from '../harness/paths.ts'
import { KEELSON_WHOLE, nameWithVersion, peersFor, type Peer } from '../harness/peers.ts'
import { whole } from '../harness/statistics.ts'
import { markdownTable } from '../harness/table.ts'
import { compile, tsconfig } from './types.ts'

/** As the servers are compiled: types of `@fastify/jwt` do not hold with it. */
const OPTIONS = { exactOptionalPropertyTypes: false }

/** Compiles the program of each peer once: what is counted is the same each time. */
export function conduitTypes(bench: Bench): { readonly table: string; readonly remarks: readonly string[] } {
  const remarks: string[] = []
  const programs = Map.groupBy(peersFor('conduit', bench.options.peers), programOf)
  const rows = [...programs].flatMap(([include, [peer]]) => {
    if (peer === undefined) return []
    const dir = join(distDir, 'types', `conduit-${peer.id}`)
    mkdirSync(dir, { recursive: true })
    writeFileSync(join(dir, 'tsconfig.json'), tsconfig(include, OPTIONS))
    const outcome = compile(dir)
    if (typeof outcome !== 'string')
      return [[nameWithVersion(peer), whole(outcome.instantiations), outcome.seconds.toFixed(1)]]
    remarks.push(`${peer.title} does not compile: ${outcome}`)
    return []
  })
  return { table: markdownTable(['', 'instantiations', 'tsc s'], rows), remarks }
}

/** The source of a peer. Peers that differ by their environment alone have one. */
function programOf({ id, folder }: Peer): string {
  return id === KEELSON_WHOLE ? join(conduitDir, 'src') : join(benchDir, 'servers', folder, 'conduit.ts')
}
