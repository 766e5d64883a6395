import type { Arbitrary } from 'fast-check'
import type { JsonSchemaObject } from '@keelson/core/spi'
import type { FastCheck } from './contract-fast-check.ts'

/** A larger limit of a schema is not tried: such a text would take most of the time of the test. */
const MAX_TRIED_LENGTH = 500

/** Texts that match a schema: its format, its pattern, or its length. */
export function textOf(fc: FastCheck, node: JsonSchemaObject, edge?: number): Arbitrary<string> {
  const { format, pattern } = node
  const formatted = typeof format === 'string' ? FORMATS[format]?.(fc) : undefined
  if (formatted !== undefined) return formatted
  const matching = typeof pattern === 'string' ? tryPattern(fc, pattern) : undefined
  if (matching !== undefined) return matching
  const minLength = typeof node['minLength'] === 'number' ? node['minLength'] : 0
  const maxLength = typeof node['maxLength'] === 'number' ? node['maxLength'] : Math.max(minLength, 50)
  const longest = Math.min(maxLength, MAX_TRIED_LENGTH)
  if (edge !== undefined) return fc.constant(pick(edgeTexts(minLength, node['maxLength']), edge))
  const exact = { minLength: Math.max(longest, minLength), maxLength: Math.max(longest, minLength) }
  return fc.oneof(
    { withCrossShrink: true },
    { weight: 5, arbitrary: fc.string({ minLength, maxLength }) },
    { weight: 2, arbitrary: fc.string({ minLength, maxLength, unit: 'binary' }) },
    { weight: 1, arbitrary: fc.string(exact) },
    { weight: 4, arbitrary: fc.constantFrom(...edgeTexts(minLength, node['maxLength'])) },
  )
}

/** The same value with texts that every store keeps, of as many characters. */
export function toStorable(value: unknown): unknown {
  if (typeof value === 'string') return value.replaceAll(/\p{Surrogate}|\0/gu, '\uFFFD')
  if (Array.isArray(value)) return value.map(toStorable)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => [toStorable(name) as string, toStorable(one)]),
  )
}

/** Texts that programs often handle wrongly: empty, blank, with several bytes or code units a character, with a lone surrogate, and with names and characters of special meaning. */
const EDGE_TEXTS = [
  '',
  ' ',
  '\u0000',
  '\n',
  '\t',
  'é',
  'e\u0301',
  'ß',
  'İ',
  '日本',
  '😀',
  '\u202e',
  '\ufeff',
  '\ud800',
  '0',
  '-1',
  '1e999',
  'null',
  'undefined',
  'true',
  '[]',
  '{}',
  '__proto__',
  'constructor',
  'toString',
  "'",
  '"',
  '\\',
  '%',
  '%00',
  '%s',
  '../',
  '/',
  '?',
  '#',
  '&',
  '<b>',
  '${1}',
  '*',
  ',',
  ';',
  '--',
]

/** Number of edges that tries each of them once. */
export const EDGE_COUNT = EDGE_TEXTS.length + 2

function pick<T>(list: readonly T[], at: number): T {
  return list[at % list.length] as T
}

/** Longest text that is made where a schema has no limit. */
const LONG = 5000

function edgeTexts(minLength: number, maxLength: unknown): readonly string[] {
  const most = typeof maxLength === 'number' ? maxLength : LONG
  const texts = EDGE_TEXTS.map((text) => text + 'a'.repeat(Math.max(0, minLength - Array.from(text).length)))
  const fitting = texts.filter((text) => Array.from(text).length <= most)
  return maxLength === undefined
    ? ['a'.repeat(Math.max(LONG, minLength)), ...fitting]
    : ['a'.repeat(minLength), ...fitting]
}

/** Numbers that match a schema. */
export function numberOf(fc: FastCheck, node: JsonSchemaObject, edge?: number): Arbitrary<number> {
  const isInteger = node['type'] === 'integer'
  const { multipleOf } = node
  const step = typeof multipleOf === 'number' ? multipleOf : isInteger ? 1 : undefined
  const least = boundOf(node, 'minimum', 'exclusiveMinimum')
  const most = boundOf(node, 'maximum', 'exclusiveMaximum')
  if (step === undefined) return realNumbers(fc, { least, most, edge })
  const furthest = Math.floor(Number.MAX_SAFE_INTEGER / Math.max(1, step))
  const min = least === undefined ? -furthest : countFrom(least, step)
  const max = most === undefined ? furthest : -countFrom({ at: -most.at, isOpen: most.isOpen }, step)
  // No value matches the schema, which this test does not report.
  const counted = fc.integer({ min: Math.min(min, max), max }).map((count) => count * step)
  return withEdges(fc, counted, {
    least,
    most,
    step: isInteger && multipleOf === undefined ? undefined : step,
    isInteger,
    edge,
  })
}

/** Numbers that programs often handle wrongly: the zeros, and the ends of the ranges of types. */
const EDGE_NUMBERS = [
  0,
  -0,
  1,
  -1,
  2,
  10,
  100,
  1000,
  0.1,
  -0.5,
  1e-7,
  2 ** 31 - 1,
  2 ** 31,
  -(2 ** 31) - 1,
  2 ** 32,
  Number.MAX_SAFE_INTEGER,
  Number.MIN_SAFE_INTEGER,
  2 ** 53,
  1e21,
  Number.MAX_VALUE,
  Number.MIN_VALUE,
]

interface EdgeLimits {
  readonly least: Bound | undefined
  readonly most: Bound | undefined
  readonly step: number | undefined
  readonly isInteger: boolean
  /** Index of the edge; default: any of them. */
  readonly edge: number | undefined
}

function withEdges(
  fc: FastCheck,
  usual: Arbitrary<number>,
  { least, most, step, isInteger, edge }: EdgeLimits,
): Arbitrary<number> {
  const isWithin = (value: number): boolean =>
    (least === undefined || value > least.at || (value === least.at && !least.isOpen)) &&
    (most === undefined || value < most.at || (value === most.at && !most.isOpen)) &&
    (step === undefined || Number.isInteger(value / step)) &&
    (!isInteger || Number.isSafeInteger(value))
  const ends = [least, most].flatMap((bound) => (bound === undefined ? [] : [bound.at]))
  const edges = [...ends, ...EDGE_NUMBERS].filter(isWithin)
  if (edges.length === 0) return usual
  if (edge !== undefined) return fc.constant(pick(edges, edge))
  return fc.oneof(
    { withCrossShrink: true },
    { weight: 2, arbitrary: usual },
    { weight: 1, arbitrary: fc.constantFrom(...edges) },
  )
}

interface Bound {
  readonly at: number
  /** Whether the bound itself is outside. */
  readonly isOpen: boolean
}

function boundOf(node: JsonSchemaObject, closed: string, open: string): Bound | undefined {
  if (typeof node[open] === 'number') return { at: node[open], isOpen: true }
  return typeof node[closed] === 'number' ? { at: node[closed], isOpen: false } : undefined
}

/** The first multiple of a step at or above a bound. */
function countFrom({ at, isOpen }: Bound, step: number): number {
  return isOpen ? Math.floor(at / step) + 1 : Math.ceil(at / step)
}

/** Without a bound, numbers of a usual size. */
const USUAL = 1e9

function realNumbers(
  fc: FastCheck,
  { least, most, edge }: Pick<EdgeLimits, 'least' | 'most' | 'edge'>,
): Arbitrary<number> {
  const usual = fc.double({
    min: least?.at ?? Math.min(-USUAL, most?.at ?? 0),
    max: most?.at ?? Math.max(USUAL, least?.at ?? 0),
    minExcluded: least?.isOpen === true,
    maxExcluded: most?.isOpen === true,
    noNaN: true,
  })
  return withEdges(fc, usual, { least, most, step: undefined, isInteger: false, edge })
}

const FROM = new Date(0)
const UNTIL = new Date('2100-01-01T00:00:00.000Z')

function dates(fc: FastCheck): Arbitrary<string> {
  return fc.oneof(
    {
      weight: 3,
      arbitrary: fc.date({ min: FROM, max: UNTIL, noInvalidDate: true }).map((date) => date.toISOString()),
    },
    { weight: 1, arbitrary: fc.constantFrom(...EDGE_DATES) },
  )
}

/** A leap day, the ends of the calendar, and the last moment of a year. */
const EDGE_DATES = [
  '2024-02-29T00:00:00.000Z',
  '0001-01-01T00:00:00.000Z',
  '9999-12-31T23:59:59.999Z',
  '1969-12-31T23:59:59.999Z',
]

const FORMATS: Readonly<Record<string, (fc: FastCheck) => Arbitrary<string>>> = {
  uuid: (fc) => fc.uuid(),
  email: (fc) => fc.emailAddress(),
  uri: (fc) => fc.webUrl(),
  hostname: (fc) => fc.domain(),
  ipv4: (fc) => fc.ipV4(),
  ipv6: (fc) => fc.ipV6(),
  'date-time': dates,
  date: (fc) => dates(fc).map((text) => text.slice(0, 10)),
  time: (fc) => dates(fc).map((text) => text.slice(11)),
}

function tryPattern(fc: FastCheck, pattern: string): Arbitrary<string> | undefined {
  try {
    return fc.stringMatching(new RegExp(pattern, 'u'))
  } catch {
    // Not every expression can generate texts: not one with a lookahead.
    return undefined
  }
}
