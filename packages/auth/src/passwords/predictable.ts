// Passwords that are tried first: common ones and what people make of them. The whole is looked at, not words that occur in it (NIST SP
// 800-63B-4 §3.1.1.2): four words of a list are a good passphrase.
import { COMMON } from './common-passwords.ts'
import { toHashedForm } from './password-text.ts'

/** What is typed without thinking: neighbours of the alphabet and of keyboards. */
const RUNS: readonly string[] = [
  'abcdefghijklmnopqrstuvwxyz',
  '01234567890',
  'qwertyuiop[]',
  'asdfghjkl;',
  'zxcvbnm,./',
  'qwertzuiop',
  'azertyuiop',
  '1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik,9ol.',
  '1q2w3e4r5t6y7u8i9o0p',
  'q1w2e3r4t5y6u7i8o9p0',
  '!@#$%^&*()',
]
const NEIGHBOURS = new Set(
  RUNS.flatMap((run) =>
    Array.from(run.slice(1), (sign, at) => [run.charAt(at) + sign, sign + run.charAt(at)]).flat(),
  ),
)
/** Signs that stand for letters. */
const STAND_INS: Readonly<Record<string, string>> = {
  0: 'o',
  1: 'i',
  3: 'e',
  4: 'a',
  5: 's',
  7: 't',
  '@': 'a',
  $: 's',
  '!': 'i',
}
/** What is left of a password beside names that are in it; with less, it is made of them. */
const MIN_REST = 5
const SHORTEST_WORD = 3

/** Eight digits that are a day: year, month, day in three orders. */
const DAY = '(?:0[1-9]|[12][0-9]|3[01])'
const MONTH = '(?:0[1-9]|1[0-2])'
const YEAR = '(?:19|20)[0-9]{2}'
const DATE = new RegExp(`^(?:${DAY}${MONTH}${YEAR}|${MONTH}${DAY}${YEAR}|${YEAR}${MONTH}${DAY})$`)

/**
 * Whether it is a common password, two of them, one again and again, a run of keys, or a date.
 *
 * @param listed - passwords that are refused as they are, and with digits and signs around
 */
export function isCommon(password: string, listed: ReadonlySet<string>): boolean {
  const lower = lowerOf(password)
  const unit = unitOf(lower)
  const isShort = unit.length < SHORTEST_WORD + 1
  return isShort || isRun(unit) || isDate(lower) || [unit, lower].some((text) => isKnown(text, listed))
}

/** Whether little is left without these words. */
export function isMadeOf(password: string, words: readonly string[]): boolean {
  const parts = words.flatMap((word) => lowerOf(word).split(/[^\p{L}\p{N}]+/u)).flatMap(readingsOf)
  const known = parts.filter((part) => part.length >= SHORTEST_WORD).toSorted((a, b) => b.length - a.length)
  return readingsOf(lowerOf(password)).some((letters) => {
    const rest = known.reduce((left, word) => left.replaceAll(word, ''), letters)
    return rest !== letters && (rest.length < MIN_REST || COMMON.has(rest))
  })
}

function isKnown(text: string, listed: ReadonlySet<string>): boolean {
  return [text, ...readingsOf(text)].some(
    (form) => listed.has(form) || COMMON.has(form) || COMMON.has(unitOf(form)) || isTwo(form),
  )
}

function isDate(text: string): boolean {
  return /^[0-9./ -]+$/.test(text) && DATE.test(text.replaceAll(/[^0-9]/g, ''))
}

/** The letters of a text: with digits and signs that stand for some, those within alone, and without any. */
function readingsOf(text: string): readonly string[] {
  return [lettersOf(text), lettersOf(trimmed(text)), text.replaceAll(/[^\p{L}]+/gu, '')]
}

function isTwo(text: string): boolean {
  for (let at = SHORTEST_WORD; at <= text.length - SHORTEST_WORD; at++)
    if (COMMON.has(text.slice(0, at)) && COMMON.has(text.slice(at))) return true
  return false
}

/** At most two of its steps go somewhere else. */
function isRun(text: string): boolean {
  let jumps = 0
  for (let at = 1; at < text.length && jumps < 3; at++)
    if (text[at] !== text[at - 1] && !NEIGHBOURS.has(text.slice(at - 1, at + 1))) jumps++
  return jumps < 3 && jumps * 4 <= text.length
}

/** What a text repeats: `abc` of `abcabcab`; the text itself where it repeats nothing. */
function unitOf(text: string): string {
  for (let length = 1; length * 2 <= text.length; length++)
    if (text.startsWith(text.slice(length))) return text.slice(0, length)
  return text
}

function lowerOf(text: string): string {
  return toHashedForm(text).toLowerCase()
}

/** Without what is put before and after a word to have digits and signs. */
function trimmed(text: string): string {
  return text.replace(/^[^\p{L}]+/u, '').replace(/[^\p{L}]+$/u, '')
}

/** Letters alone, and what stands for one. */
function lettersOf(text: string): string {
  return text.replaceAll(/[^\p{L}]/gu, (sign) => STAND_INS[sign] ?? '')
}
