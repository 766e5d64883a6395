// Texts within limits: of a format, of a pattern, or of a name and a number.
import { createHash } from 'node:crypto'
import type { ColumnLimits } from '../table/index.ts'
import { patternShape } from './pattern-values.ts'
import { counted, listed, type Values } from './values.ts'

/** Where a text stands. */
export interface TextPlace {
  /** Begins the text where there is room. */
  readonly name: string
  readonly limits: Pick<ColumnLimits, 'minLength' | 'maxLength' | 'pattern' | 'format' | 'values'>
  /** Whether texts that differ in case alone are one. */
  readonly isFolded: boolean
  /** Whether the place takes it. */
  takes(text: string): boolean
}

/** So many values are enough that more do not matter. */
const ENOUGH = 1_000_000
const MOST_EXTRA = 32
const DAY_MS = 86_400_000
const MINUTE_MS = 60_000
const FIRST_MS = Date.UTC(2026, 0, 1)
const LAST_MS = Date.UTC(9999, 11, 31)

/** The texts of a place. */
export function textValues(place: TextPlace): Values<string> {
  const { values, pattern, format } = place.limits
  if (values !== undefined) return listed(values)
  const formatted = format === undefined ? undefined : formatValues(format, place)
  if (pattern === undefined) return formatted ?? plainValues(place)
  // A format alone may match by chance, and a text of the pattern be of the format.
  if (formatted?.at(0) !== undefined) return formatted
  return patternValues(pattern, place)
}

/** `name 1`; where that is too long, its number alone. */
function plainValues({ name, limits, takes }: TextPlace): Values<string> {
  const { minLength = 0, maxLength = Infinity } = limits
  if (maxLength === 0) return listed([''])
  return counted(36 ** maxLength, (number) => {
    const [long, short] = [`${name} `, ''].map(
      (start, at) =>
        start + (at === 0 ? String(number + 1) : number.toString(36)).padStart(minLength - start.length, '0'),
    )
    return [long, short].find((text) => text !== undefined && text.length <= maxLength && takes(text))!
  })
}

/** Of what repeats without end so much that there are enough of them. */
function patternValues(pattern: string, { isFolded, takes }: TextPlace): Values<string> {
  const shape = patternShape(pattern, isFolded)
  let best: Values<string> = { count: Infinity, at: () => undefined }
  let most = 0
  for (let extra = 0; extra <= MOST_EXTRA && most < ENOUGH && shape !== undefined; extra++) {
    const values = shape(extra)
    const first = values.count === 0 ? undefined : values.at(0)
    if (values.count <= most || first === undefined || !takes(first)) continue
    best = values
    most = values.count
  }
  return best
}

type Write = (number: number, name: string) => string

/** Each way of a format, the longest first. */
const FORMATS: Readonly<Record<string, readonly Write[]>> = {
  email: [(number, name) => `${name}${number}@example.org`, (number) => `${base36(number)}@b.co`],
  'idn-email': [(number, name) => `${name}${number}@example.org`],
  uri: [(number, name) => `https://example.org/${name}/${number}`, (number) => `a:${base36(number)}`],
  url: [
    (number, name) => `https://example.org/${name}/${number}`,
    (number) => `http://b.co/${base36(number)}`,
  ],
  'uri-reference': [(number, name) => `/${name}/${number}`, base36],
  'uri-template': [(number, name) => `/${name}/${number}`, base36],
  'json-pointer': [(number, name) => `/${name}/${number}`, (number) => `/${base36(number)}`],
  'relative-json-pointer': [String],
  hostname: [(number, name) => `${name}${number}.example.org`, (number) => `a${base36(number)}`],
  ipv4: [(number) => `10.${(number >> 16) % 256}.${(number >> 8) % 256}.${number % 256}`],
  ipv6: [(number) => `2001:db8::${(number >> 16).toString(16)}:${(number % 65_536).toString(16)}`],
  uuid: [uuidOf],
  date: [dayOf],
  'date-time': [instantOf],
  time: [(number) => `${instantOf(number).slice(11, 19)}Z`],
  duration: [(number) => `P${number}D`],
  regex: [(number, name) => `${name}${number}`, base36],
  byte: [(number) => Buffer.from(String(number).padStart(9, '0')).toString('base64')],
  int32: [String],
  int64: [String],
}

function formatValues(format: string, { name, takes }: TextPlace): Values<string> {
  const ways = FORMATS[format] ?? [(number: number) => `${name}${number}`, base36]
  const lower = name.toLowerCase()
  return {
    count: Infinity,
    at(number) {
      for (const way of ways) {
        const text = way(number + 1, lower)
        if (takes(text)) return text
      }
      return undefined
    },
  }
}

function base36(number: number): string {
  return number.toString(36)
}

/** One that no two names share. */
export function uuidOf(number: number, name: string): string {
  const start = createHash('sha256').update(name).digest('hex').slice(0, 8)
  return `${start}-0000-4000-8000-${number.toString(16).padStart(12, '0')}`
}

/** Days from the first of 2026 on. */
export const DAYS = Math.floor((LAST_MS - FIRST_MS) / DAY_MS)
export function dayOf(number: number): string {
  return new Date(FIRST_MS + number * DAY_MS).toISOString().slice(0, 10)
}

/** Minutes from the first of 2026 on. */
export const INSTANTS = Math.floor((LAST_MS - FIRST_MS) / MINUTE_MS)
export function instantOf(number: number): string {
  return new Date(FIRST_MS + number * MINUTE_MS).toISOString()
}
