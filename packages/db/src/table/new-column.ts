// How builders of columns begin one: what its kind says, and nothing asked of it yet.
import type { ColumnKind } from '@keelson/core/conditions'
import type { TSchema } from '@keelson/core/schemas'
import { canonicalOf } from './canonical.ts'
import { ColumnBuilder } from './column-builder.ts'
import type { ColumnDraft, DraftProblem } from './column-draft.ts'
import type { ColumnLimits, Made } from './contract.ts'

interface Given {
  readonly schema: TSchema
  readonly expected: string
  readonly limits?: ColumnLimits
  readonly made?: Made
  readonly as?: 'Date' | 'bigint' | undefined
  readonly isCaseInsensitive?: boolean
  readonly canonical?: ColumnDraft['canonical']
  readonly reason?: ColumnDraft['reason']
  readonly problems?: readonly DraftProblem[]
}

/** The type of a column says what its builder can be asked; both read one draft. */
export function newColumn<C>(kind: ColumnKind, given: Given): C {
  const limits = defined(given.limits ?? {})
  return new ColumnBuilder({
    kind,
    schema: given.schema,
    limits,
    expected: given.expected,
    canonical: given.canonical ?? canonicalOf(kind, limits),
    reason: given.reason,
    as: given.as,
    isCaseInsensitive: given.isCaseInsensitive === true,
    isPrimary: false,
    primaryError: undefined,
    isNullable: false,
    isHidden: false,
    made: given.made,
    isTouched: false,
    default: undefined,
    name: undefined,
    was: undefined,
    sqlType: undefined,
    unique: undefined,
    reference: undefined,
    problems: given.problems ?? [],
  }) as C
}

/** Without the options that are undefined. */
export function defined<T extends object>(options: T): T {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as T
}

/** Bounds of options that are lengths. */
export const LENGTH = { minimum: 0, maximum: 1_073_741_824 } as const

/** Lengths in words: ` of 3 to 10 characters`. */
export function lengths({ minLength, maxLength }: ColumnLimits): string {
  if (minLength === undefined && maxLength === undefined) return ''
  if (maxLength === undefined) return ` of at least ${minLength} characters`
  return minLength === undefined
    ? ` of at most ${maxLength} characters`
    : ` of ${minLength} to ${maxLength} characters`
}
