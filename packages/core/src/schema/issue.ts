import type { StandardSchemaV1 } from '@standard-schema/spec'
import type { ViolationParameters } from '../errors/index.ts'

interface IssueFacts {
  readonly code: string
  readonly parameters: ViolationParameters
}

type Facts = Readonly<Record<string, unknown>>

/**
 * Reads what a library adds to an issue beyond the standard, with the names of violations: of zod `code`, `minimum`,
 * `expected`…, of valibot `type` and `requirement`, of arktype `code` and `rule`. Sent values, which some of them repeat,
 * are never read.
 */
export function readIssue(issue: StandardSchemaV1.Issue): IssueFacts {
  try {
    return read(issue as unknown as Facts)
  } catch {
    // A getter of the library threw.
    return { code: 'schema', parameters: {} }
  }
}

function read(issue: Facts): IssueFacts {
  const { code, type } = readKind(issue)
  const values = issue['values']
  const parameters = {
    limit: toLimit(firstOf(issue, ['minimum', 'maximum', 'requirement', 'rule'])),
    type,
    format: textOf(issue['format']),
    pattern: patternOf(firstOf(issue, ['pattern', 'requirement'])),
    multipleOf: toLimit(firstOf(issue, ['divisor', 'multipleOf'])),
    allowed: Array.isArray(values) ? (values as unknown[]).slice(0, 20).map(toPlainValue) : undefined,
  }
  const known = Object.entries(parameters).filter(([, value]) => value !== undefined)
  return { code, parameters: Object.fromEntries(known) as ViolationParameters }
}

function readKind(issue: Facts): { readonly code: string; readonly type: string | undefined } {
  const { kind, type, code } = issue
  if (kind === 'schema' && typeof type === 'string') return { code: 'type', type }
  if (kind === 'validation' && typeof type === 'string') return { code: type, type: undefined }
  return {
    code: typeof code === 'string' ? code : 'schema',
    type: textOf(firstOf(issue, ['expected', 'origin', 'domain']), code),
  }
}

function firstOf(issue: Facts, names: readonly string[]): unknown {
  const name = names.find((one) => issue[one] !== undefined)
  return name === undefined ? undefined : issue[name]
}

/** A bound as a JSON value. */
function toLimit(value: unknown): number | string | undefined {
  if (typeof value === 'number') return value
  if (typeof value === 'bigint') return String(value)
  return value instanceof Date && !Number.isNaN(value.getTime()) ? value.toISOString() : undefined
}

/** Omits sentences, which arktype has for some codes. */
function textOf(value: unknown, code?: unknown): string | undefined {
  return typeof value === 'string' && (code === undefined || /^\w+$/.test(value)) ? value : undefined
}

function patternOf(value: unknown): string | undefined {
  return value instanceof RegExp ? value.source : textOf(value)
}

function toPlainValue(value: unknown): unknown {
  return typeof value === 'bigint' || typeof value === 'symbol' ? String(value) : value
}
