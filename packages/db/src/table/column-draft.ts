// What builders collect of a column before its table gives it a name.
import type { ErrorDefinition } from '@keelson/core'
import type { ColumnKind } from '@keelson/core/conditions'
import type { TSchema } from '@keelson/core/schemas'
import type { ColumnLimits, Made, ReferenceFacts } from './contract.ts'

/** Makes a value canonical; undefined for one that is not of the column. */
export type Canonical = (value: unknown) => unknown

/** What a column says, apart from where it stands. */
export interface ColumnDraft {
  readonly kind: ColumnKind
  readonly schema: TSchema
  readonly limits: ColumnLimits
  /** What its values are, for messages: `a uuid`. */
  readonly expected: string
  readonly canonical: Canonical
  /** Why a value is none of the column, where that is more than {@link ColumnDraft.expected}. */
  readonly reason: ((value: unknown) => string | undefined) | undefined
  readonly as: 'Date' | 'bigint' | undefined
  readonly isCaseInsensitive: boolean
  readonly isPrimary: boolean
  /** What it means that a row has the key already. */
  readonly primaryError: ErrorDefinition | undefined
  readonly isNullable: boolean
  readonly isHidden: boolean
  readonly made: Made | undefined
  readonly isTouched: boolean
  /** As it was given. */
  readonly default: unknown
  readonly name: string | undefined
  /** Name that it had in the database. */
  readonly was: string | undefined
  /** Its type in the database, word for word. */
  readonly sqlType: string | undefined
  readonly unique: { readonly error: ErrorDefinition | undefined } | undefined
  readonly reference: ReferenceDraft | undefined
  /** What is wrong with it, for the start. */
  readonly problems: readonly DraftProblem[]
}

/** The reference of a column, as it was given. */
export interface ReferenceDraft {
  readonly to: string
  readonly onDelete: ReferenceFacts['onDelete']
  readonly onUpdate: ReferenceFacts['onUpdate']
  readonly hasIndex: boolean
  readonly error: ErrorDefinition | undefined
  readonly inUse: ErrorDefinition | undefined
  readonly as: string | undefined
  readonly inverse: string | undefined
}

/** A problem whose place the table knows. */
export interface DraftProblem {
  readonly message: string
  readonly remedy: string
}
