import type { ErrorFormat } from '../errors/index.ts'
import { isRecord } from '../schema/index.ts'
import type { RouteError } from './route-errors.ts'

/**
 * The status of an error in a wire format, which may change it. If the format needs a real error for that, the status of the
 * error remains.
 */
export function wireStatusOf({ status, title, codes }: RouteError, format: ErrorFormat): number {
  try {
    return (
      format.status?.({
        code: codes[0] ?? '',
        status,
        title,
        detail: undefined,
        details: undefined,
        errors: undefined,
      }) ?? status
    )
  } catch {
    return status
  }
}

/** Whether the schema of a wire format has a member of this name, so that bodies can be narrowed by it. */
export function formatHas({ schema }: ErrorFormat, name: 'code' | 'details' | 'errors' | 'status'): boolean {
  const { properties } = schema as { readonly properties?: unknown }
  return isRecord(properties) && Object.hasOwn(properties, name)
}
