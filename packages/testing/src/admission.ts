import type { AnyInput, App, InvokeOptions } from '@keelson/core'

/** What the access rule of an operation says of a caller. */
export type Admission =
  | { readonly isAdmitted: true }
  | {
      readonly isAdmitted: false
      /** As a request would have been answered: 401, 403, 404. */
      readonly status: number
      /** Of the error. */
      readonly code: string
    }

/**
 * Asks whether a caller is admitted to an operation, for tables of who may do what. Who calls is said by `as` or found by what `meta`
 * brings, then the access rule judges, with params where it reads them. `receive` middleware, validation of the rest and the
 * handler do not run.
 *
 * @param name - operation id, `orders.show`
 * @throws {ArgumentError} `ERR_CORE_ARGUMENT` for a name that no route has, and an `as` that is not whole
 * @example
 * await admission(app, 'orders.show', { params: { id: '7' } }, { as: { user: { id: 'bob' } } })
 */
export async function admission(
  app: App,
  name: string,
  ...[input, options]: [input?: AnyInput, options?: InvokeOptions]
): Promise<Admission> {
  const result = await app['~internal'].admit(name, input, options)
  if (result.ok) return { isAdmitted: true }
  const { status, error } = result
  const code = 'serverCode' in error ? (error.serverCode ?? error.code) : error.code
  return { isAdmitted: false, status, code }
}
