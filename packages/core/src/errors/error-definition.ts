import { FrameworkError } from './framework-error.ts'
import type { WireError } from '@keelson/contract'

/**
 * What describes the details of an error: a TypeBox schema, or any Standard Schema. Written structurally, because this
 * room imports no schema library.
 */
export type DetailsSchema =
  | { readonly static: unknown }
  | { readonly '~standard': { readonly types?: { readonly output: unknown } | undefined } }

/**
 * The static side of an error class: what a route lists in `errors: [OrderClosed]`, and what the API document and the
 * typed client read.
 */
export interface ErrorDefinition<
  TCode extends string = string,
  TDetails = unknown,
  TStatus extends number = number,
> {
  /** Stable machine name of this kind of error; public API of the package that defines it. */
  readonly code: TCode
  /** HTTP status, 400 to 599. */
  readonly status: TStatus
  /** Short summary, the same for each occurrence. */
  readonly title: string
  /** Schema of `details`, if the definition has one. */
  readonly detailsSchema: DetailsSchema | undefined
  readonly prototype: FrameworkError<TCode, TDetails>
  /** What a client reads of it; for the compiler only, absent at run time. */
  readonly '~error'?: WireError<TCode, TDetails, TStatus>
  /** Whether a caught value is this kind of error, from any copy of the package. Never throws. */
  is(value: unknown): value is FrameworkError<TCode, TDetails>
}

/** Whether a thrown value is one of ours with exactly this code. Never throws. */
export function hasErrorCode(value: unknown, code: string): boolean {
  return FrameworkError.is(value) && value.code === code
}

/**
 * The schema of the details in the class of an error, from any copy of the package. Unless it is `undefined`, the details
 * are checked by it: nothing is shown when it is not a schema.
 */
export function detailsSchemaOf(error: FrameworkError): unknown {
  return (error.constructor as { readonly detailsSchema?: unknown }).detailsSchema
}

// Registered under this name by every copy of TypeBox.
const KIND = Symbol.for('TypeBox.Kind')

/** Whether a value is marked as a schema; its compilation shows whether it is valid. */
export function isDetailsSchema(value: unknown): value is DetailsSchema {
  // ArkType's schemas are functions.
  const canHold = (typeof value === 'object' && value !== null) || typeof value === 'function'
  return canHold && (KIND in value || '~standard' in value)
}
