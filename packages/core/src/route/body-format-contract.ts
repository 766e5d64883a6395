import {
  isSchema,
  isTypeBoxSchema,
  t,
  type SchemaLike,
  type StandardSchemaV1,
  type TSchema,
} from '../schema/index.ts'

/** Parameters of a `content-type` by lower-case name, without quotes: `boundary`, `charset`. */
export interface BodyParams {
  readonly [name: string]: string | undefined
}

/** The function that makes a format. */
export type BodyKind = 'json' | 'form' | 'text' | 'bytes' | 'bodyFormat'

/** One way in which a route takes its body. */
export interface BodyAlternative {
  readonly kind: BodyKind
  /** As they were written; for some kinds a range, `image/*`. */
  readonly mediaTypes: readonly [string, ...string[]]
  /** The only charset that is read; `undefined` where the format sees to it. */
  readonly charset: 'utf-8' | undefined
  /** What is read is held to it; `undefined` where it is taken as it comes. */
  readonly schema: SchemaLike | undefined
  /** Whether what is read is text by name, which becomes what the schema says. */
  readonly coerces: boolean
  /** Reads the bytes; `undefined` for JSON, whose reader depends on settings of app and route. */
  readonly read: ((bytes: Uint8Array, params: BodyParams) => unknown) | undefined
  /** Writes a value, for tests of a route. */
  readonly write: ((value: never) => string | Uint8Array) | undefined
}

/**
 * How the bytes of a body become a value for its schema: what `body` of a route takes besides a schema, which stands for JSON.
 * Made by {@link json}, {@link form}, {@link text}, {@link bytes}, {@link oneOf} and {@link bodyFormat}.
 *
 * `TSent` is what a client sends, `TBody` what the handler gets.
 */
export interface BodyFormat<TSent = unknown, TBody = unknown> extends StandardSchemaV1<TSent, TBody> {
  /** Of several the media type of a request chooses. */
  readonly alternatives: readonly [BodyAlternative, ...BodyAlternative[]]
}

const kBodyFormat = Symbol.for('keelson.bodyFormat')

/** Makes the value of a format. It is a schema for the types alone: nobody validates with it. */
export function toBodyFormat<TSent, TBody>(
  alternatives: BodyFormat['alternatives'],
): BodyFormat<TSent, TBody> {
  const format = {
    [kBodyFormat]: true,
    '~standard': Object.freeze({
      version: 1 as const,
      vendor: 'keelson',
      validate: (value: unknown) => ({ value: value as TBody }),
    }),
    alternatives: Object.freeze(alternatives),
  }
  return Object.freeze(format)
}

/** Whether a value is a format of a body, made by whichever copy of the package. */
export function isBodyFormat(value: unknown): value is BodyFormat {
  return (
    typeof value === 'object' &&
    value !== null &&
    (value as { [kBodyFormat]?: unknown })[kBodyFormat] === true
  )
}

/** The ways in which a route takes its body; none where it declares none. The one reader of `body`. */
export function bodiesOf({ body }: { readonly body?: unknown }): readonly BodyAlternative[] {
  if (body === undefined) return []
  return isBodyFormat(body) ? body.alternatives : [jsonAlternative(body as SchemaLike)]
}

/** Media types that a route takes, read for its handler or by it; none where it says nothing of a body. */
export function takenTypes(options: {
  readonly body?: unknown
  readonly consumes?: readonly string[] | undefined
}): readonly string[] {
  const bodies = bodiesOf(options)
  return bodies.length === 0 ? (options.consumes ?? []) : bodies.flatMap((one) => one.mediaTypes)
}

/** JSON by a schema. */
export function jsonAlternative(
  schema: SchemaLike,
  mediaTypes: BodyAlternative['mediaTypes'] = ['application/json'],
): BodyAlternative {
  return {
    kind: 'json',
    mediaTypes,
    charset: 'utf-8',
    schema,
    coerces: false,
    read: undefined,
    write: undefined,
  }
}

/** A body written as a plain object of schemas is `t.Object` of them; what is wrong with others the start says. */
export function toWholeSchema(body: unknown): unknown {
  if (typeof body !== 'object' || body === null || isSchema(body)) return body
  const members = Object.values(body)
  return members.length > 0 && members.every(isTypeBoxSchema)
    ? t.Object(body as Record<string, TSchema>)
    : body
}
