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
  /** Stable machine name of this kind of error; public API of whoever defines it. */
  readonly code: TCode
  /** HTTP status, 400 to 599. */
  readonly status: TStatus
  /** Short summary, the same for each occurrence. */
  readonly title: string
  /** Schema of `details`, when the definition gave one. */
  readonly detailsSchema: DetailsSchema | undefined
  readonly prototype: FrameworkError<TCode, TDetails>
  /** What a client reads of it; for the compiler alone, never there at run time. */
  readonly '~error'?: WireError<TCode, TDetails, TStatus>
  /** Whether a caught value is this kind of error, whichever copy of the package made it. Never throws. */
  is(value: unknown): value is FrameworkError<TCode, TDetails>
}

/** Whether a thrown value is one of ours with exactly this code. Never throws. */
export function hasErrorCode(value: unknown, code: string): boolean {
  return FrameworkError.is(value) && value.code === code
}

/**
 * What the class of an error gives as the schema of its details, whichever copy of the package made it. Whatever it is but
 * `undefined`, the details are held to it: by what is not a schema, nothing is shown.
 */
export function detailsSchemaOf(error: FrameworkError): unknown {
  return (error.constructor as { readonly detailsSchema?: unknown }).detailsSchema
}

// Registered under this name by every copy of TypeBox.
const KIND = Symbol.for('TypeBox.Kind')

/** Whether a value is marked as a schema; whether it can be used is seen when it is compiled. */
export function isDetailsSchema(value: unknown): value is DetailsSchema {
  // ArkType's schemas are functions.
  const canHold = (typeof value === 'object' && value !== null) || typeof value === 'function'
  return canHold && (KIND in value || '~standard' in value)
}
