// Rounds: in each, all servers are started and then measured in turn (A B C, C B A …) by windows of a second. What is slow
// for a while is so for all, and no process is better known to its compiler, or luckier, for longer than a round.
import type { Bench } from './bench.ts'
import { checkLog, LeftOutError, takeWindow, warmUp, type Running, type Sample } from './measure.ts'
import type { Peer } from './peers.ts'

export interface Measured {
  /** Of each peer the same windows in the same order. */
  readonly samples: ReadonlyMap<Peer, readonly Sample[]>
  /** Sentences about peers that were left out. */
  readonly leftOut: readonly string[]
}

interface Player {
  readonly peer: Peer
  readonly samples: Sample[]
  running: Running | undefined
  reason: string | undefined
}

/** Measures the peers in turn; a peer that fails once is out. */
export async function inRounds(
  bench: Bench,
  peers: readonly Peer[],
  open: (peer: Peer) => Promise<Running>,
): Promise<Measured> {
  const players = peers.map((peer): Player => ({ peer, samples: [], running: undefined, reason: undefined }))
  for (let round = 1; round <= bench.options.rounds; round += 1) {
    try {
      await playRound(bench, players, open)
    } finally {
      for (const player of players) await leave(player)
    }
    report(bench, players, round)
  }
  return {
    samples: new Map(players.filter(isIn).map(({ peer, samples }) => [peer, samples])),
    leftOut: players.flatMap(({ peer, reason }) =>
      reason === undefined ? [] : [`${peer.title} is left out: ${reason}`],
    ),
  }
}

async function playRound(
  bench: Bench,
  players: readonly Player[],
  open: (peer: Peer) => Promise<Running>,
): Promise<void> {
  const { seconds } = bench.options
  for (const player of players) {
    await guarded(player, async () => {
      player.running = await open(player.peer)
      await warmUp(bench, player.running)
    })
  }
  for (let window = 0; window < seconds; window += 1) {
    for (const player of window % 2 === 0 ? players : players.toReversed()) {
      await guarded(player, async () => {
        if (player.running !== undefined) player.samples.push(await takeWindow(bench, player.running))
      })
    }
  }
  for (const player of players) {
    const requests = player.samples.slice(-seconds).reduce((sum, sample) => sum + sample.requests, 0)
    await guarded(player, async () => {
      if (player.running !== undefined) await checkLog(player.running, requests)
    })
  }
}

/** Does something for a player who is still in; one who fails is out. */
async function guarded(player: Player, act: () => Promise<void>): Promise<void> {
  if (!isIn(player)) return
  try {
    await act()
  } catch (error) {
    if (!(error instanceof LeftOutError)) throw error
    player.reason = error.message
    await leave(player)
  }
}

async function leave(player: Player): Promise<void> {
  const { running } = player
  player.running = undefined
  await running?.server.stop()
}

function isIn({ reason }: Player): boolean {
  return reason === undefined
}

function report({ options }: Bench, players: readonly Player[], round: number): void {
  for (const { peer, samples, reason } of players) {
    const micros = samples.slice(-options.seconds).map(({ cpuMicros }) => cpuMicros.toFixed(1))
    const said = reason === undefined ? `${micros.join(' ')} µs CPU a request` : `out: ${reason}`
    console.log(`  ${round}/${options.rounds} ${peer.title}: ${said}`)
  }
}
