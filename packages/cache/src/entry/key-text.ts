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

/** Validated input has as many levels as a body may have. */
const MAX_INPUT_DEPTH = 64

/** A text of UTF-16 units so long has at most 400 bytes: the scope, the namespace and a colon go before it. */
const MAX_UNITS = 133

// What no store takes in a key.
// oxlint-disable-next-line no-control-regex -- control characters are what is looked for
const UNSTORABLE = /[\0-\x1f\x7f]|\p{Surrogate}/u

/**
 * The text under which the memory of the process has a key: a text as it is, anything else in a form in which equal data are equal.
 *
 * @param place - `prices.get`, for messages
 * @throws {ArgumentError} `ERR_CORE_ARGUMENT` for what is not plain data, and for a member that is `undefined`: who is told apart by a member
 *   that was misspelt would share the value of all others
 */
export function toKeyText(key: CacheKey, place: string): string {
  if (typeof key === 'string') {
    const first = key.charCodeAt(0)
    // Not so for the empty text, whose first is NaN.
    return first > MADE_CODE || (first < MADE_CODE && first !== HASH_CODE) ? key : MADE + JSON.stringify(key)
  }
  if (key === null || key === undefined) throw refusal(key, { place, path: [], isInput: false })
  return MADE + canonical(key, { place, path: [], isInput: false })
}

/**
 * The text of one part of a key, which tells where it ends.
 *
 * @param where - its place, for messages; and whether it is validated input, in which a member that is `undefined` is one that was not sent
 */
export function toPartText(
  part: unknown,
  where: { readonly place: string; readonly isInput: boolean },
): string {
  return canonical(part, { ...where, path: [] })
}

/** A text as a part of a key of the store: hashed where the store would not take it. */
export function toStoredText(text: string): string {
  if (text.length <= MAX_UNITS && text !== '' && !text.startsWith(HASH) && !UNSTORABLE.test(text)) return text
  // Of its UTF-16: in UTF-8 all lone surrogates are the same.
  return HASH + createHash('sha256').update(text, 'utf16le').digest('base64url')
}

/** Where a part of a key is. */
interface At {
  readonly place: string
  readonly path: (string | number)[]
  readonly isInput: boolean
}

function canonical(part: unknown, at: At): string {
  switch (typeof part) {
    case 'string':
    case 'boolean':
      return JSON.stringify(part)
    case 'number':
      if (!Number.isFinite(part)) throw refusal(part, at)
      return String(part)
    case 'bigint':
      return `${part}n`
    case 'object':
      if (part === null) return 'null'
      return ofObject(part, at)
    default:
      throw refusal(part, at)
  }
}

function ofObject(part: object, at: At): string {
  const maxDepth = at.isInput ? MAX_INPUT_DEPTH : MAX_DEPTH
  if (at.path.length === maxDepth)
    throw new ArgumentError(
      `${at.place}: The key is deeper than ${maxDepth} levels, or refers to itself. Make it of the parts that tell values apart.`,
    )
  if (Array.isArray(part)) return `[${Array.from(part, (one, index) => within(index, one, at)).join()}]`
  if (!isPlain(part)) throw refusal(part, at)
  const members = Object.entries(part).filter(([, one]) => one !== undefined || !at.isInput)
  return `{${members
    .map(([name, one]) => `${JSON.stringify(name)}:${within(name, one, at)}`)
    .sort()
    .join()}}`
}

function within(step: string | number, part: unknown, at: At): string {
  at.path.push(step)
  const text = canonical(part, at)
  at.path.pop()
  return text
}

function refusal(part: unknown, { place, path }: At): ArgumentError {
  const what = describeValue(part)
  const where = path.length === 0 ? '' : `, which is at /${path.join('/')}`
  return new ArgumentError(
    `${place}: A key consists of texts, numbers, booleans, null, lists and plain objects, not of ${what}${where}. Give what identifies it, such as its id or its text.`,
  )
}
