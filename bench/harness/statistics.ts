/** The middle of some numbers; NaN of none. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  if (sorted.length % 2 === 1) return sorted[middle] as number
  return ((sorted[middle - 1] ?? NaN) + (sorted[middle] ?? NaN)) / 2
}

/** `0.97 (0.94–1.01)`: the median, and what the middle half lies between. */
export function withSpread(values: readonly number[], digits = 2): string {
  const sorted = values.toSorted((a, b) => a - b)
  const at = (part: number): string => (sorted[Math.round((sorted.length - 1) * part)] ?? NaN).toFixed(digits)
  return `${median(values).toFixed(digits)} (${at(0.25)}–${at(0.75)})`
}

/** `12,345`. */
export function whole(value: number): string {
  return Math.round(value).toLocaleString('en-US')
}
