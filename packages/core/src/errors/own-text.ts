// On the request path: texts that are cut out of a request.

/** Below this the engine copies what is cut out; from here on it keeps the whole and two places in it. */
const MIN_SLICE = 13

/** V8 13.8, Node 26: from here on `JSON.stringify` has a quick way, which it leaves for good at the first such slice. */
const isCopied = isFrom(process.versions.v8, [13, 8])

/**
 * A part of a text, copied where that pays: an answer of 1.3 KB that has one param of the path in it is written in 1.6
 * microseconds in place of 2.5, and the copy takes 0.07. Nothing else than joining two parts makes one at that price.
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
