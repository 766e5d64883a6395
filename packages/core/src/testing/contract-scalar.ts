import type { Arbitrary } from 'fast-check'
import type { JsonSchemaObject } from '../schema/index.ts'
import type { FastCheck } from './contract-fast-check.ts'

/** Beyond it a schema's own limit is not tried: the text would be most of the time that the test takes. */
const MAX_TRIED_LENGTH = 500

/** Texts that match a schema: its format, its pattern, or its length. */
export function textOf(fc: FastCheck, node: JsonSchemaObject): Arbitrary<string> {
  const { format, pattern } = node
  const formatted = typeof format === 'string' ? FORMATS[format]?.(fc) : undefined
  if (formatted !== undefined) return formatted
  const matching = typeof pattern === 'string' ? tryPattern(fc, pattern) : undefined
  if (matching !== undefined) return matching
  const minLength = typeof node['minLength'] === 'number' ? node['minLength'] : 0
  const maxLength = typeof node['maxLength'] === 'number' ? node['maxLength'] : Math.max(minLength, 50)
  const longest = Math.min(maxLength, MAX_TRIED_LENGTH)
  const exact = { minLength: Math.max(longest, minLength), maxLength: Math.max(longest, minLength) }
  return fc.oneof(
    { withCrossShrink: true },
    { weight: 6, arbitrary: fc.string({ minLength, maxLength }) },
    { weight: 2, arbitrary: fc.string({ minLength, maxLength, unit: 'binary' }) },
    { weight: 1, arbitrary: fc.string(exact) },
  )
}

/** Numbers that match a schema. */
export function numberOf(fc: FastCheck, node: JsonSchemaObject, isInteger: boolean): Arbitrary<number> {
  const { multipleOf } = node
  const step = typeof multipleOf === 'number' ? multipleOf : isInteger ? 1 : undefined
  const least = boundOf(node, 'minimum', 'exclusiveMinimum')
  const most = boundOf(node, 'maximum', 'exclusiveMaximum')
  if (step === undefined) return realNumbers(fc, least, most)
  const edge = Math.floor(Number.MAX_SAFE_INTEGER / Math.max(1, step))
  const min = least === undefined ? -edge : countFrom(least, step)
  const max = most === undefined ? edge : -countFrom({ at: -most.at, isOpen: most.isOpen }, step)
  // A schema that nothing matches is not for this test to find.
  return fc.integer({ min: Math.min(min, max), max }).map((count) => count * step)
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

/** Without a bound, numbers of a size that people send. */
const USUAL = 1e9

function realNumbers(fc: FastCheck, least?: Bound, most?: Bound): Arbitrary<number> {
  return fc.double({
    min: least?.at ?? Math.min(-USUAL, most?.at ?? 0),
    max: most?.at ?? Math.max(USUAL, least?.at ?? 0),
    minExcluded: least?.isOpen === true,
    maxExcluded: most?.isOpen === true,
    noNaN: true,
  })
}

const FROM = new Date(0)
const UNTIL = new Date('2100-01-01T00:00:00.000Z')

function dates(fc: FastCheck): Arbitrary<string> {
  return fc.date({ min: FROM, max: UNTIL, noInvalidDate: true }).map((date) => date.toISOString())
}

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
    // Not every expression can be turned round, such as one that looks ahead.
    return undefined
  }
}
