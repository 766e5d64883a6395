// On the request path: every operation makes the text of its key.
import { createHash } from 'node:crypto'
import { ArgumentError } from '@keelson/core'
import { describeValue, isPlain } from '@keelson/core/options'
import type { CacheKey } from '../contract/index.ts'

/** The first signs of texts that we made: those of keys that are not plain texts, and of hashes. */
const MADE = '='
const HASH = '#'
const MADE_CODE = MADE.charCodeAt(0)
const HASH_CODE = HASH.charCodeAt(0)

/** Deeper keys refer to themselves, or are not meant. */
const MAX_DEPTH = 16

/** A text of UTF-16 units so long has at most 400 bytes: the scope, the namespace and a colon go before it. */
const MAX_UNITS = 133

// What no store takes in a key.
// oxlint-disable-next-line no-control-regex -- control characters are what is looked for
const UNSTORABLE = /[\0-\x1f\x7f]|\p{Surrogate}/u

/**
 * The text under which the memory of the process has a key: a text as it is, anything else in a form in which equal data are equal.
 *
 * @param place - `prices.get`, for messages
 * @throws {ArgumentError} `ERR_CORE_ARGUMENT` for what is not plain data
 */
export function toKeyText(key: CacheKey, place: string): string {
  if (typeof key === 'string') {
    const first = key.charCodeAt(0)
    // Not so for the empty text, whose first is NaN.
    return first > MADE_CODE || (first < MADE_CODE && first !== HASH_CODE) ? key : MADE + JSON.stringify(key)
  }
  if (key === null || key === undefined) throw refusal(key, place)
  return MADE + canonical(key, place, 0)
}

/** A text as a part of a key of the store: hashed where the store would not take it. */
export function toStoredText(text: string): string {
  if (text.length <= MAX_UNITS && text !== '' && !text.startsWith(HASH) && !UNSTORABLE.test(text)) return text
  // Of its UTF-16: in UTF-8 all lone surrogates are the same.
  return HASH + createHash('sha256').update(text, 'utf16le').digest('base64url')
}

function canonical(part: unknown, place: string, depth: number): string {
  switch (typeof part) {
    case 'string':
    case 'boolean':
      return JSON.stringify(part)
    case 'number':
      if (!Number.isFinite(part)) throw refusal(part, place)
      return String(part)
    case 'bigint':
      return `${part}n`
    case 'object':
      if (part === null) return 'null'
      return ofObject(part, place, depth)
    default:
      throw refusal(part, place)
  }
}

function ofObject(part: object, place: string, depth: number): string {
  if (depth === MAX_DEPTH)
    throw new ArgumentError(
      `${place}: The key is deeper than ${MAX_DEPTH} levels, or refers to itself. Make it of the parts that tell values apart.`,
    )
  if (Array.isArray(part)) return `[${part.map((one) => canonical(one, place, depth + 1)).join()}]`
  if (!isPlain(part)) throw refusal(part, place)
  const members = Object.entries(part).filter(([, one]) => one !== undefined)
  const texts = members.map(([name, one]) => `${JSON.stringify(name)}:${canonical(one, place, depth + 1)}`)
  return `{${texts.sort().join()}}`
}

function refusal(part: unknown, place: string): ArgumentError {
  const what = typeof part === 'object' && part !== null ? `, a ${part.constructor?.name}` : ''
  return new ArgumentError(
    `${place}: A key consists of texts, numbers, booleans, null, lists and plain objects, not of ${describeValue(part)}${what}. Give what identifies it, such as its id or its text.`,
  )
}
