import { t, type TSchema } from '@keelson/core'

/** The body of a request: one member with what is meant. What the document does not know is ignored, since clients send more. */
export function bodyOf<const N extends string, S extends TSchema>(name: N, schema: S) {
  // The compiler makes a text of a name that is computed.
  const body = t.Object({ [name]: schema } as Record<N, S>)
  return { body, unknown: { body: 'ignore' } } as const
}
