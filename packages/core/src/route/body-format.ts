import {
  callable,
  checkArgument,
  checkOptions,
  essenceOf,
  flag,
  isMediaRange,
  isMediaType,
  listOf,
  ofKind,
  optionTable,
  paramOf,
  placeOf,
  required,
  type SetupError,
  type SetupProblem,
  toCallError,
} from '../errors/index.ts'
import {
  isSchema,
  parseForm,
  readUtf8,
  type BodyInput,
  type BodyOutput,
  type PropertySchemas,
  type SchemaLike,
} from '../schema/index.ts'
import {
  isBodyFormat,
  jsonAlternative,
  toBodyFormat,
  toWholeSchema,
  type BodyAlternative,
  type BodyFormat,
  type BodyParams,
} from './body-format-contract.ts'
import type { UploadBody } from '@keelson/contract'

/** Media types of a format. */
export interface MediaTypeOptions {
  /** In place of the usual ones; clients send the first. */
  readonly mediaTypes?: readonly [string, ...string[]] | undefined
}

/** Options of {@link text}. */
export interface TextOptions<TSchema extends SchemaLike = SchemaLike> extends MediaTypeOptions {
  /** Holds the text: `t.String({ maxLength: 280 })`. Default: any text. */
  readonly schema?: TSchema | undefined
}

/** What {@link bodyFormat} is made of. */
export interface BodyFormatDefinition<TFirst extends string, TSchema> {
  /** What it reads, a range (`image/*`) too; clients send the first. */
  readonly mediaTypes: readonly [TFirst, ...string[]]
  /** Holds the value that `read` gives. */
  readonly schema: TSchema
  /** Whether `read` gives text by name, lists for repeated names, which becomes what the schema says, as in a form. Default `false`. */
  readonly coerces?: boolean | undefined
  /**
   * Makes a value for the schema of the whole body, or promises to. What it throws is a 400 that says that the body cannot be
   * read; an error of the framework goes out as it is, so that it may say more.
   *
   * @param params - of the `content-type`: `boundary`, `charset`
   */
  readonly read: (bytes: Uint8Array, params: BodyParams) => unknown
  /** Writes a value as `read` reads it; contract tests send it, and cannot send valid bodies without. */
  readonly write?: ((value: BodyOutput<TSchema>) => string | Uint8Array) | undefined
}

/** What a client sends in a media type: a value where it can write it, else what goes out as it is. */
type SentAs<TType extends string, TSchema> = TType extends
  | `${string}${'/' | '+'}json`
  | 'application/x-www-form-urlencoded'
  ? BodyInput<TSchema>
  : UploadBody

const MEDIA_TYPE = ofKind(
  {
    what: 'a media type',
    test: (value) => typeof value === 'string' && isMediaType(value),
    remedy: (value) => (typeof value === 'string' ? mediaTypeRemedy(value) : undefined),
  },
  'Media types that it reads.',
)
const MEDIA_RANGE = ofKind(
  {
    what: 'a media type or a range of them',
    test: (value) => typeof value === 'string' && (isMediaType(value) || isMediaRange(value)),
    remedy: (value) => (typeof value === 'string' ? mediaTypeRemedy(value) : undefined),
  },
  'Media types that it reads.',
)
const SCHEMA = ofKind(
  {
    what: 'a schema',
    test: isSchemaOfBody,
    remedy: (value) =>
      isBodyFormat(value)
        ? 'Give the schema itself; formats stand beside each other in oneOf(…).'
        : 'Give a schema, like t.Object({ … }).',
  },
  'Holds what is read.',
)
const AT_LEAST_ONE = { minItems: 1 } as const

const JSON_OPTIONS = optionTable<MediaTypeOptions>({
  mediaTypes: listOf(MEDIA_TYPE, undefined, AT_LEAST_ONE),
})
const TEXT_OPTIONS = optionTable<TextOptions>({
  mediaTypes: listOf(MEDIA_RANGE, undefined, AT_LEAST_ONE),
  schema: SCHEMA,
})
const BYTES_OPTIONS = optionTable<MediaTypeOptions>({
  mediaTypes: listOf(MEDIA_RANGE, undefined, AT_LEAST_ONE),
})
const DEFINITION = optionTable<BodyFormatDefinition<string, unknown>>({
  mediaTypes: required(listOf(MEDIA_RANGE, undefined, AT_LEAST_ONE)),
  schema: required(SCHEMA),
  coerces: flag('Whether it gives text by name.', { default: false }),
  read: required(callable('Reads the bytes.')),
  write: callable('Writes a value.'),
})
const FORMAT = ofKind(
  {
    what: 'a body format',
    test: isBodyFormat,
    remedy: (value) =>
      isSchema(value)
        ? 'Write json(…) around the schema.'
        : 'Give json(…), form(…), text(), bytes() or bodyFormat({ … }).',
  },
  'Formats that the media type chooses from.',
)

function isSchemaOfBody(value: unknown): boolean {
  return isSchema(toWholeSchema(value)) && !isBodyFormat(value)
}

/**
 * A body of JSON (RFC 8259): what a schema alone stands for. Written out where the media type is another one, or beside other
 * formats in {@link oneOf}. `application/json` also takes what ends in `+json` (RFC 6839 §3.1).
 *
 * @throws {SetupError} `ERR_CORE_OPTION` for a value that is not a schema, and for invalid media types
 * @example
 * const patch = route.patch('/', { access: 'public', body: json(t.Object({ a: t.Integer() }), { mediaTypes: ['application/merge-patch+json'] }) }, () => null)
 */
export function json<S extends SchemaLike | PropertySchemas>(
  schema: S,
  options: MediaTypeOptions = {},
): BodyFormat<BodyInput<S>, BodyOutput<S>> {
  checkSchema('json', schema, json as never)
  checkOptions(JSON_OPTIONS, options, { name: 'json', below: json as never })
  refuseCharsets('json', options, json as never)
  refuseForms(options, json as never)
  return toBodyFormat([jsonAlternative(toWholeSchema(schema) as SchemaLike, options.mediaTypes)])
}

/**
 * A body of `application/x-www-form-urlencoded`, as HTML forms send it (WHATWG URL standard, §5.1). Its texts become what the
 * schema declares, as those of a query do: a number, a boolean, a list for a repeated key. `on`, of a box that is ticked, is
 * `true`; a number or a boolean that was left empty is absent. Undeclared fields are refused, as
 * in any body, unless the route says otherwise (`unknown: { body: 'ignore' }`).
 *
 * @throws {SetupError} `ERR_CORE_OPTION` for a value that is not a schema
 * @example
 * const signIn = route.post('/session', { access: 'public', body: form({ name: t.String(), stay: t.Boolean({ default: false }) }) }, ({ body }) => body.name)
 */
export function form<S extends SchemaLike | PropertySchemas>(
  schema: S,
): BodyFormat<BodyInput<S>, BodyOutput<S>> {
  checkSchema('form', schema, form as never)
  return toBodyFormat([
    {
      kind: 'form',
      mediaTypes: ['application/x-www-form-urlencoded'],
      charset: 'utf-8',
      schema: toWholeSchema(schema) as SchemaLike,
      coerces: true,
      read: parseForm,
      write: undefined,
    },
  ])
}

/**
 * A body of text in UTF-8; a byte order mark at its beginning is removed. Bytes that are not UTF-8 are a 400, another
 * charset is a 415. An empty text is one where the request has a `content-type`.
 *
 * @param options.mediaTypes - default `['text/plain']`
 * @throws {SetupError} `ERR_CORE_OPTION` for invalid media types, and for another charset
 * @example
 * const note = route.post('/note', { access: 'public', body: text({ schema: t.String({ maxLength: 280 }) }) }, ({ body }) => body.length)
 * const list = route.post('/list', { access: 'public', body: text({ mediaTypes: ['text/csv'] }) }, ({ body }) => body.split('\n').length)
 */
export function text(options?: MediaTypeOptions): BodyFormat<string, string>
export function text<S extends SchemaLike>(options: TextOptions<S>): BodyFormat<BodyInput<S>, BodyOutput<S>>
export function text(options: TextOptions = {}): BodyFormat<unknown, unknown> {
  checkOptions(TEXT_OPTIONS, options, { name: 'text', below: text })
  refuseCharsets('text', options, text)
  return toBodyFormat([
    {
      kind: 'text',
      mediaTypes: options.mediaTypes ?? ['text/plain'],
      charset: 'utf-8',
      schema: options.schema,
      coerces: false,
      read: (body) => readUtf8(body),
      write: undefined,
    },
  ])
}

/**
 * A body of bytes as they come, read as a whole, a `Uint8Array`. One that is larger than memory should hold is better read
 * bit by bit: declare `consumes` instead and read `ctx.bodyStream()`. An empty body is one where the request has a `content-type`.
 *
 * @param options.mediaTypes - ranges too, `image/*`; default `['application/octet-stream']`
 * @throws {SetupError} `ERR_CORE_OPTION` for invalid media types
 * @example
 * const avatar = route.put('/avatar', { access: 'public', body: bytes({ mediaTypes: ['image/png'] }) }, ({ body }) => body.byteLength)
 */
export function bytes(options: MediaTypeOptions = {}): BodyFormat<UploadBody, Uint8Array> {
  checkOptions(BYTES_OPTIONS, options, { name: 'bytes', below: bytes })
  return toBodyFormat([
    {
      kind: 'bytes',
      mediaTypes: options.mediaTypes ?? ['application/octet-stream'],
      charset: undefined,
      schema: undefined,
      coerces: false,
      read: (body) => body,
      write: undefined,
    },
  ])
}

/**
 * A body in one of several formats, of which the `content-type` of the request chooses; any other is a 415 that names those
 * that are taken. A media type that is named beats `+json` and ranges.
 *
 * @throws {SetupError} `ERR_CORE_OPTION` without a format, for a value that is not one, and for one media type in two of them
 * @example
 * const Order = t.Object({ total: t.Number() })
 * const create = route.post('/orders', { access: 'public', body: oneOf(json(Order), form(Order)) }, ({ body }) => body.total)
 */
export function oneOf<const T extends readonly [BodyFormat, ...BodyFormat[]]>(
  ...formats: T
): BodyFormat<SentOf<T[number]>, BodyOf<T[number]>> {
  if (formats.length === 0)
    throw refusal(oneOf as never, 'It has no format.', 'Give json(…), form(…) and the like.')
  formats.forEach((one, at) =>
    checkArgument(FORMAT, one, { name: 'oneOf', below: oneOf as never, argument: `Argument ${at + 1}` }),
  )
  const [first, ...others] = formats.flatMap((one) => [...one.alternatives])
  const seen = new Set<string>()
  for (const type of [first as BodyAlternative, ...others].flatMap((one) => one.mediaTypes)) {
    const essence = essenceOf(type)
    if (seen.has(essence))
      throw refusal(
        oneOf as never,
        `Two of its formats read ${essence}.`,
        'Give one of them other media types, or make one schema of both.',
      )
    seen.add(essence)
  }
  return toBodyFormat([first as BodyAlternative, ...others])
}

type SentOf<T> = T extends BodyFormat<infer TSent> ? TSent : never
type BodyOf<T> = T extends BodyFormat<unknown, infer TBody> ? TBody : never

/**
 * A format of your own: what packages and applications read bodies with that have other media types. The whole body is read
 * first, within `maxBodyBytes`; the schema then holds the value. Clients send what they are given, as it is; a value only in
 * JSON and forms.
 *
 * @throws {SetupError} `ERR_CORE_OPTION` for options that are wrong
 * @example
 * const Reading = t.Object({ at: t.Integer(), value: t.Number() })
 * const lines = bodyFormat({
 *   mediaTypes: ['application/x-ndjson'],
 *   schema: t.Array(Reading),
 *   read: (bytes) => new TextDecoder().decode(bytes).trim().split('\n').map((line) => JSON.parse(line) as unknown),
 * })
 */
export function bodyFormat<const TFirst extends string, S extends SchemaLike | PropertySchemas>(
  definition: BodyFormatDefinition<TFirst, S>,
): BodyFormat<SentAs<TFirst, S>, BodyOutput<S>> {
  checkOptions(DEFINITION, definition, { name: 'bodyFormat', below: bodyFormat as never })
  const { mediaTypes, schema, coerces = false, read, write } = definition
  return toBodyFormat([
    {
      kind: 'bodyFormat',
      mediaTypes,
      charset: undefined,
      schema: toWholeSchema(schema) as SchemaLike,
      coerces,
      read,
      write,
    },
  ])
}

type Below = (...args: never[]) => unknown

function checkSchema(name: string, schema: unknown, below: Below): void {
  checkArgument(SCHEMA, schema, { name, below, argument: 'The schema' })
}

function refusal(below: Below, message: string, remedy: string): SetupError {
  const problem: SetupProblem = { code: 'ERR_CORE_OPTION', place: placeOf('oneOf', below), message, remedy }
  return toCallError('oneOf', [problem])
}

/** Its reader knows UTF-8 alone. */
function refuseCharsets(name: string, { mediaTypes = [] as never }: MediaTypeOptions, below: Below): void {
  const other = mediaTypes.find((type) => !/^utf-?8$/i.test(paramOf(type, 'charset') ?? 'utf-8'))
  if (other === undefined) return
  throw toCallError(name, [
    {
      code: 'ERR_CORE_OPTION',
      place: placeOf(name, below),
      message: `It reads UTF-8, and cannot read '${other}'.`,
      remedy: 'Take the charset out, or read the bytes: bytes({ mediaTypes: [ … ] }).',
    },
  ])
}

const FORMS: Readonly<Record<string, string>> = {
  'application/x-www-form-urlencoded': 'Write form(…).',
  'multipart/form-data': 'Read it with a bodyFormat({ … }) that knows it.',
}

function refuseForms({ mediaTypes = [] as never }: MediaTypeOptions, below: Below): void {
  for (const type of mediaTypes) {
    const remedy = FORMS[essenceOf(type)]
    if (remedy === undefined) continue
    const message = `It reads JSON, which ${type} is not.`
    throw toCallError('json', [{ code: 'ERR_CORE_OPTION', place: placeOf('json', below), message, remedy }])
  }
}

/** What to write in place of an invalid media type. */
export function mediaTypeRemedy(type: string): string {
  if (!/^[a-z]+$/.test(type)) return "Write type and subtype, 'text/csv'."
  return `Write '${['csv', 'html', 'plain'].includes(type) ? 'text' : 'application'}/${type}'.`
}
