/**
 * A number for each item; equal for items with equal texts. A text may contain the numbers of other items, and is made again
 * until no item gets another number.
 */
export function equalClasses<T>(
  items: readonly T[],
  textOf: (item: T, classes: ReadonlyMap<T, number>) => string,
): ReadonlyMap<T, number> {
  let classes: ReadonlyMap<T, number> = new Map(items.map((one) => [one, 0]))
  for (let count = 0; ;) {
    const numbers = new Map<string, number>()
    const next = new Map<T, number>()
    for (const one of items) {
      const text = textOf(one, classes)
      if (!numbers.has(text)) numbers.set(text, numbers.size)
      next.set(one, numbers.get(text) as number)
    }
    classes = next
    if (numbers.size === count) return classes
    count = numbers.size
  }
}
