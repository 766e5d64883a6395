import { isPlain } from '../errors/index.ts'
import { isRecord, isSchema, type SchemaLike, type FieldSchemas } from '../schema/index.ts'

/** A response with headers of its own, which documents, client and checks know. */
export interface ResponseWithHeaders {
  /** `null` for none. */
  readonly body: SchemaLike | null
  /** Schemas by lower-case name; `t.Optional` for a header that may be missing. */
  readonly headers?: FieldSchemas
}

/** A response that a route declares: its status as it is written, its body, `null` for none, and its headers. */
export type DeclaredResponse = readonly [
  status: string,
  body: SchemaLike | null,
  headers: FieldSchemas | undefined,
]

/** What a route declares in `response`, where a schema alone stands for status 200; nothing where it declares none. */
export function responsesOf({ response }: { readonly response?: unknown }): readonly DeclaredResponse[] {
  if (response === undefined) return []
  // An instance has no statuses: what it is instead, the check of schemas says.
  if (isSchema(response) || (isRecord(response) && !isPlain(response)))
    return [['200', response as SchemaLike, undefined]]
  return Object.entries(response as Readonly<Record<string, SchemaLike | null | ResponseWithHeaders>>).map(
    ([status, one]) => (hasOwnBody(one) ? [status, one.body, one.headers] : [status, one, undefined]),
  )
}

/** What a response with a body of its own has that it does not take: a status, and a name. */
export function strayPartsOf({ response }: { readonly response?: unknown }): readonly [string, string][] {
  if (!isRecord(response) || isSchema(response)) return []
  return Object.entries(response).flatMap(([status, one]) =>
    hasOwnBody(one as SchemaLike | null | ResponseWithHeaders)
      ? Object.keys(one as object)
          .filter((name) => name !== 'body' && name !== 'headers')
          .map((name): [string, string] => [status, name])
      : [],
  )
}

// No schema is a plain record with `body`: TypeBox marks its own by a symbol, Standard Schemas have `~standard`.
function hasOwnBody(one: SchemaLike | null | ResponseWithHeaders): one is ResponseWithHeaders {
  return isRecord(one) && !isSchema(one) && 'body' in one
}
