// On the request path: values of PostgreSQL's text format by the number of their type. pg's own table stays as it is.
import { Buffer } from 'node:buffer'
import { parseArray } from './parse-array.ts'

/** Makes a value of the text of one. */
export type ValueParser = (text: string) => unknown

/** Types whose text is not the value: the numbers are those of `pg_type.dat`, which never change. */
const SCALARS: Readonly<Record<number, ValueParser>> = {
  16: (text) => text === 't',
  17: (text) => Buffer.from(text.slice(2), 'hex').toString('base64url'),
  // smallint, integer, oid, real, double precision.
  21: Number,
  23: Number,
  26: Number,
  700: Number,
  701: Number,
  114: parseJson,
  3802: parseJson,
  1184: toInstant,
}

/** Types of arrays, with that of their entries. */
const ARRAYS: Readonly<Record<number, number>> = {
  1000: 16,
  1001: 17,
  1005: 21,
  1007: 23,
  1016: 20,
  1009: 25,
  1015: 1043,
  1021: 700,
  1022: 701,
  1182: 1082,
  1185: 1184,
  1231: 1700,
  2951: 2950,
  199: 114,
  3807: 3802,
}

const PARSERS = new Map<number, ValueParser>(
  Object.entries(SCALARS).map(([type, parser]) => [Number(type), parser]),
)
for (const [type, entry] of Object.entries(ARRAYS)) {
  const parser = SCALARS[entry]
  PARSERS.set(Number(type), (text) => parseArray(text, parser))
}

/** The parser of a type; undefined for one whose text is the value, as it is of numeric and bigint. */
export function parserOf(type: number): ValueParser | undefined {
  return PARSERS.get(type)
}

function parseJson(text: string): unknown {
  return JSON.parse(text)
}

const ZONELESS = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d+)?$/

/** What a `timestamp without time zone` is as an instant of UTC; what else a column of instants may have is left. */
export function instantInUtc(text: string): string {
  return ZONELESS.test(text) ? toInstant(`${text}+00`) : text
}

const MILLISECONDS_LENGTH = '2026-11-29 22:13:33.123+00'.length

/** `2026-11-29 22:13:33.12+00`, the zone of the session being UTC. Infinity and years outside of RFC 3339 stay text. */
function toInstant(text: string): string {
  if (!text.endsWith('+00') || text[4] !== '-') return text
  const date = text.slice(0, 10)
  // As most have it: milliseconds and more.
  if (text.length >= MILLISECONDS_LENGTH) return `${date}T${text.slice(11, 23)}Z`
  return `${date}T${text.slice(11, 19)}.${text.slice(20, -3).padEnd(3, '0')}Z`
}
