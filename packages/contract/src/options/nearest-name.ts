/** With more slips, another name was meant. */
const MAX_SLIPS = 2

/**
 * The name that was probably meant: the same in another case, one with one or two slips, or one that begins with what was written.
 *
 * @returns `undefined` if no name is near
 */
export function nearestName(written: string, names: readonly string[]): string | undefined {
  const lower = written.toLowerCase()
  const same = names.find((name) => plain(name) === plain(written))
  if (same !== undefined) return same
  let nearest: string | undefined
  let fewest = MAX_SLIPS + 1
  for (const name of names) {
    const allowed = Math.max(written.length, name.length) < 5 ? 1 : MAX_SLIPS
    const slips = countSlips(lower, name.toLowerCase())
    if (slips <= allowed && slips < fewest) {
      nearest = name
      fewest = slips
    }
  }
  // Too many names begin with a short word.
  const longer = (name: string): boolean => lower.length >= 4 && name.toLowerCase().startsWith(lower)
  return nearest ?? names.find(longer)
}

function plain(name: string): string {
  return name.toLowerCase().replaceAll(/[-_\s]/g, '')
}

/**
 * How many letters were omitted, added, replaced, or swapped with their neighbour (optimal string alignment).
 * Long names are not compared.
 */
function countSlips(written: string, meant: string): number {
  if (Math.abs(written.length - meant.length) > MAX_SLIPS || written.length > 64) return Infinity
  let before: number[] = []
  let above = Array.from({ length: meant.length + 1 }, (_, at) => at)
  for (let i = 1; i <= written.length; i++) {
    const row = [i]
    for (let j = 1; j <= meant.length; j++) {
      const isSame = written[i - 1] === meant[j - 1]
      let slips = Math.min(above[j]! + 1, row[j - 1]! + 1, above[j - 1]! + (isSame ? 0 : 1))
      const isSwapped = written[i - 1] === meant[j - 2] && written[i - 2] === meant[j - 1]
      if (i > 1 && j > 1 && isSwapped) slips = Math.min(slips, before[j - 2]! + 1)
      row.push(slips)
    }
    before = above
    above = row
  }
  return above[meant.length]!
}
