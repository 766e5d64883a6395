// Numbered values: what a factory can make for a place, no two alike.

/** Values by number, from 0 on. */
export interface Values<T = unknown> {
  /** How many there are; `Infinity` for more than matter. */
  readonly count: number
  /** The value of a number below the count; undefined where it cannot be made. */
  at(number: number): T | undefined
}

/** These, one after another. */
export function listed<T>(values: readonly T[]): Values<T> {
  return { count: values.length, at: (number) => values[number] }
}

/** Whole numbers from a bound on, upwards or downwards. */
export function counted<T>(count: number, at: (number: number) => T): Values<T> {
  return { count, at }
}

/** Texts that are joined of parts: the last part changes first. */
export function joined(parts: readonly Values<string>[]): Values<string> {
  return {
    count: parts.reduce((product, { count }) => product * count, 1),
    at(number) {
      let rest = number
      let text = ''
      for (const { count, at } of parts.toReversed()) {
        text = `${at(rest % count)}${text}`
        rest = Math.floor(rest / count)
      }
      return text
    },
  }
}

/** The values of the first, then those of the next. */
export function either(choices: readonly Values<string>[]): Values<string> {
  return {
    count: choices.reduce((sum, { count }) => sum + count, 0),
    at(number) {
      let rest = number
      for (const choice of choices) {
        if (rest < choice.count) return choice.at(rest)
        rest -= choice.count
      }
      return undefined
    },
  }
}
