// Rounds: every peer once in each (A B C, A B C …), so that slow minutes of the machine hit all alike.
import type { Job } from '../workloads/contract.ts'
import type { Bench } from './bench.ts'
import { LeftOutError, measure, type Sample } from './measure.ts'
import type { Peer } from './peers.ts'

export interface Measured {
  readonly samples: ReadonlyMap<Peer, readonly Sample[]>
  /** Sentences about peers that were left out. */
  readonly leftOut: readonly string[]
}

/** Measures the peers in turn; a peer that fails once is out. `take` does one window. */
export async function inRounds(
  bench: Bench,
  peers: readonly Peer[],
  take: (peer: Peer) => Promise<Sample>,
): Promise<Measured> {
  const samples = new Map<Peer, Sample[]>()
  const leftOut: string[] = []
  const playing = new Set(peers)
  const play = async (peer: Peer, round: number): Promise<void> => {
    try {
      const sample = await take(peer)
      samples.set(peer, [...(samples.get(peer) ?? []), sample])
      console.log(
        `  ${round}/${bench.options.rounds} ${peer.title}: ${sample.cpuMicros.toFixed(1)} µs CPU a request`,
      )
    } catch (error) {
      if (!(error instanceof LeftOutError)) throw error
      playing.delete(peer)
      samples.delete(peer)
      leftOut.push(`${peer.title} is left out: ${error.message}`)
      console.log(`  ${leftOut.at(-1)}`)
    }
  }
  for (let round = 1; round <= bench.options.rounds; round += 1) {
    for (const peer of playing) await play(peer, round)
  }
  return { samples, leftOut }
}

/** Rounds of one job. */
export function measureAll(bench: Bench, peers: readonly Peer[], job: Job): Promise<Measured> {
  return inRounds(bench, peers, (peer) => measure(bench, peer, job))
}
