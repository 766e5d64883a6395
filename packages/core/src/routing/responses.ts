import { isSchema, type SchemaLike } from '../schema/index.ts'

/** A response that a route declares: its status as it is written, and its body, `null` for none. */
export type DeclaredResponse = readonly [status: string, body: SchemaLike | null]

/** What a route declares in `response`, where a schema alone stands for status 200; nothing where it declares none. */
export function responsesOf({ response }: { readonly response?: unknown }): readonly DeclaredResponse[] {
  if (response === undefined) return []
  if (isSchema(response)) return [['200', response]]
  return Object.entries(response as Readonly<Record<string, SchemaLike | null>>)
}
