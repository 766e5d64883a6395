// Computations of a namespace that run: one for each key, which those who come later join.
import { Flight } from '../flight/index.ts'
import { compute, type Job } from './compute.ts'
import type { NamespaceParts } from './namespace-parts.ts'

/**
 * The computation that is joined: not one that was cancelled, whom the last has left, and not one that has run for so long that it may compute
 * from what was invalidated since, by a process whose message was lost.
 */
export function runningFlight({ core, settings, flights }: NamespaceParts, key: string): Flight | undefined {
  const flight = flights.get(key)
  if (flight === undefined || flight.signal.aborted) return undefined
  const isRecent =
    core.shared === undefined || core.clock.monotonic() - flight.startedAt <= settings.memoryTtlMs
  return isRecent ? flight : undefined
}

/** {@link runningFlight} for who joins it, and is counted. */
export function joinedFlight(parts: NamespaceParts, key: string): Flight | undefined {
  const running = runningFlight(parts, key)
  if (running === undefined) return undefined
  parts.counts.coalesced++
  parts.say('coalesced')
  return running
}

/** The computation that runs for a key, or one that begins. */
export function joinOrBegin(parts: NamespaceParts, key: string, job: Job): Flight {
  const running = joinedFlight(parts, key)
  if (running !== undefined) return running
  parts.counts.misses++
  parts.say('miss')
  const { core } = parts
  const flight = new Flight({
    key,
    tags: job.options.tags ?? [],
    watch: parts.watch([key]),
    clock: core.clock,
    work: (one) => compute(parts, one, job),
    onEnd: (one, error) => end(parts, one, error),
  })
  parts.flights.set(key, flight)
  core.running.add(flight)
  return flight
}

/** Those who ask from now on begin another one. */
export function leaveFlight({ flights }: NamespaceParts, flight: Flight): void {
  if (flights.get(flight.key) === flight) flights.delete(flight.key)
}

function end(parts: NamespaceParts, flight: Flight, error: unknown): void {
  const { core, name, counts, backOff } = parts
  parts.unwatch([flight.key], flight.watch)
  core.running.delete(flight)
  leaveFlight(parts, flight)
  if (error === undefined) return
  counts.errors++
  parts.say('error', { error })
  if (flight.stale === undefined) return
  backOff.fail(flight.key)
  core.log.warn(
    { err: error, namespace: name },
    'A value could not be computed anew; the one that is not fresh any more is served.',
  )
}
