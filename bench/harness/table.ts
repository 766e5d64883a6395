// Measurements as Markdown.
import type { Sample } from './measure.ts'
import { nameWithVersion, RAW, type Peer } from './peers.ts'
import type { Measured } from './rounds.ts'
import { median, whole, withSpread } from './statistics.ts'

/** A table; the first column is text, the others are numbers. */
export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
  const rule = head.map((_, column) => (column === 0 ? '---' : '--:'))
  return [line(head), line(rule), ...rows.map(line)].join('\n')
}

/** The table of W1 to W4. */
export function speedTable({ samples }: Measured): string {
  const raw = [...samples].find(([peer]) => peer.id === RAW)?.[1] ?? []
  const head = ['', 'requests/s', 'CPU µs/request', 'ratio to raw (middle half)', 'p99 ms', 'memory MB']
  const rows = [...samples].map(([peer, own]) => speedRow(peer, own, raw))
  return markdownTable(head, rows)
}

function speedRow(peer: Peer, own: readonly Sample[], raw: readonly Sample[]): string[] {
  const middle = (pick: (sample: Sample) => number): number => median(own.map(pick))
  return [
    nameWithVersion(peer),
    whole(middle((sample) => sample.requestsPerSecond)),
    middle((sample) => sample.cpuMicros).toFixed(1),
    raw.length === own.length ? withSpread(ratios(own, raw)) : '-',
    middle((sample) => sample.p99Ms).toFixed(1),
    whole(middle((sample) => sample.residentMb)),
  ]
}

/** Raw's CPU time over the peer's, window by window: what is slow then is so for both. */
function ratios(own: readonly Sample[], raw: readonly Sample[]): number[] {
  return own.map((sample, at) => (raw[at]?.cpuMicros ?? NaN) / sample.cpuMicros)
}

/** How much the machine was used by others meanwhile. */
export function noiseRemark({ samples }: Measured): string {
  const shares = [...samples.values()].flat().map((sample) => sample.foreignShare * 100)
  return `Others used ${withSpread(shares, 0)} % of the server's core.`
}
