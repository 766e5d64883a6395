/** Freezes a value of JSON, since requests share it. Not by recursion: a token of 8 KB may be nested deeply. */
export function deepFreeze<T extends object>(value: T): T {
  const open: object[] = [value]
  for (let one = open.pop(); one !== undefined; one = open.pop()) {
    for (const member of Object.values(Object.freeze(one)))
      if (typeof member === 'object' && member !== null) open.push(member)
  }
  return value
}
