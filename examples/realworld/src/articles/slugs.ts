import { RANDOM, type Random } from '@keelson/core'

const MAX_LENGTH = 100
const ENDING_BYTES = 6
/** Not between a letter and its marks. */
const CUT = new RegExp(`^.{1,${MAX_LENGTH}}(?!\\p{M})`, 'u')

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

/** Letters and digits of all scripts: `Où est-ce? 🐉` is `ou-est-ce`. Composed (NFC), as browsers send what stands in their address bar. */
export function wordsOf(title: string): string {
  const words =
    title
      .normalize('NFKD')
      .toLowerCase()
      // Words are read without these marks. In other scripts a mark is a vowel or makes another letter.
      .replaceAll(/([\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}])\p{M}+/gu, '$1')
      .replaceAll(/\p{Default_Ignorable_Code_Point}/gu, '')
      .normalize('NFC')
      .match(/[\p{L}\p{N}][\p{L}\p{M}\p{N}]*/gu) ?? []
  return CUT.exec(words.join('-'))?.[0].replace(/-$/, '') ?? ''
}
