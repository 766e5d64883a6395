import { RANDOM, type Random } from '@keelson/core'

const MAX_LENGTH = 100
const ENDING_BYTES = 6

/** Makes slugs: the words of a title, and an ending by which two articles of one title differ. */
export class Slugs {
  static readonly inject = [RANDOM] as const
  readonly #random: Random

  constructor(random: Random) {
    this.#random = random
  }

  of(title: string): string {
    const ending = Buffer.from(this.#random.bytes(ENDING_BYTES)).toString('hex')
    return [wordsOf(title), ending].filter((part) => part !== '').join('-')
  }
}

/** Letters and digits of all scripts, without marks: `Où est-ce? 🐉` is `ou-est-ce`. */
export function wordsOf(title: string): string {
  const words =
    title
      .normalize('NFKD')
      .toLowerCase()
      .replaceAll(/\p{M}/gu, '')
      .match(/[\p{L}\p{N}]+/gu) ?? []
  return Array.from(words.join('-')).slice(0, MAX_LENGTH).join('').replace(/-$/, '')
}
