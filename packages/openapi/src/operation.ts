import { essenceOf, isJson } from '@keelson/contract'
import type { BodyAlternative, SchemaLike, FieldSchemas } from '@keelson/core'
import {
  bodiesOf,
  isContent,
  isNothing,
  isOptional,
  isRecord,
  isSchema,
  isTypeBoxSchema,
  mayBeMissing,
  mayBeNothing,
  refusesUndeclared,
  responsesOf,
  type JsonSchema,
  type RoutePlan,
  routeErrorsOf,
} from '@keelson/core/spi'
import type { OpenApiMediaType, OpenApiOperation, OpenApiReference, OpenApiResponse } from './contract.ts'
import type { Describer, Subject } from './describer.ts'
import { toHeaders, type ErrorWriter } from './error-responses.ts'
import { toPascal, toPhrase, toSummary, toTag } from './names.ts'
import { parametersOf } from './parameters.ts'
import type { PathTemplate } from './path-template.ts'
import type { ResponseRegistry } from './response-registry.ts'
import type { SecurityRegistry } from './security.ts'

/** What the operations of a document share. */
export interface OperationParts {
  readonly describer: Describer
  readonly errors: ErrorWriter
  readonly responses: ResponseRegistry
  readonly security: SecurityRegistry
  readonly rootTag: string
  /** Headers that every answer has. */
  readonly headers: NonNullable<OpenApiResponse['headers']>
}

/** Describes one route. */
export function toOperation(
  plan: RoutePlan,
  template: PathTemplate,
  parts: OperationParts,
): OpenApiOperation {
  const { summary, description, deprecated } = plan.flat.route.options
  const isDeprecated = deprecated ?? plan.descriptions.some((one) => one.deprecated === true)
  const parameters = parametersOf(plan, template, parts.describer)
  const requestBody = requestBodyOf(plan, parts.describer)
  return {
    operationId: plan.name,
    tags: tagsOfRoute(plan, parts.rootTag),
    summary: summary ?? toSummary(plan.name),
    ...(description === undefined ? {} : { description }),
    ...(isDeprecated ? { deprecated: true } : {}),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(refusesUnknownQuery(plan, parts.describer) ? { 'x-unknown-query': 'refuse' as const } : {}),
    ...(requestBody === undefined ? {} : { requestBody }),
    responses: allResponses(plan, parts),
    security: parts.security.demandsOf(plan),
  }
}

/** As the route says, else as its schema says. */
function refusesUnknownQuery({ flat }: RoutePlan, describer: Describer): boolean {
  const { query, unknown } = flat.route.options
  if (query === undefined || unknown?.query !== undefined)
    return query !== undefined && unknown?.query === 'refuse'
  if (!isSchema(query)) return false
  const source = describer.source(query, { side: 'open', place: `${flat.place}, query`, hint: 'Parameter' })
  return source !== undefined && refusesUndeclared(source.document)
}

/** The route's own tags, else the one of its place in the tree. */
export function tagsOfRoute({ name, flat }: RoutePlan, rootTag: string): readonly string[] {
  const { tags = [] } = flat.route.options
  return tags.length > 0 ? [...new Set(tags)] : [toTag(name, rootTag)]
}

function requestBodyOf(plan: RoutePlan, describer: Describer): OpenApiOperation['requestBody'] {
  const { options } = plan.flat.route
  const bodies = bodiesOf(options)
  if (bodies.length === 0) {
    if (options.consumes === undefined) return undefined
    // The handler reads the bytes itself.
    return { required: true, content: rawContent(options.consumes), ...limitsOf(plan) }
  }
  const isRequired = !bodies.some(({ schema }) => schema !== undefined && mayBeMissing(schema))
  const content: Record<string, OpenApiMediaType> = {}
  const descriptions = new Set<string>()
  for (const one of bodies) {
    const { media, description } = bodyMedia(plan, one, describer)
    if (description !== undefined) descriptions.add(description)
    for (const type of one.mediaTypes) content[type] = media ?? { schema: rawSchema(type) }
  }
  return {
    ...(descriptions.size === 0 ? {} : { description: [...descriptions].join('\n\n') }),
    ...(isRequired ? { required: true } : {}),
    content,
    ...limitsOf(plan),
  }
}

interface BodyMedia {
  /** `undefined` if the media type says all. */
  readonly media: OpenApiMediaType | undefined
  readonly description?: string
}

/** The media type of one format; the schema of a form gives the types of its texts, as that of a query does. */
function bodyMedia({ flat, name }: RoutePlan, format: BodyAlternative, describer: Describer): BodyMedia {
  const { schema } = format
  if (schema === undefined) return { media: undefined }
  const subject: Subject = {
    side: (flat.route.options.unknown?.body ?? 'refuse') === 'refuse' ? 'in' : 'open',
    place: `${flat.place}, body`,
    hint: `${toPascal(name)}Body`,
  }
  const written = describer.describe(schema, subject)
  const media = toMedia(written, rootOf(schema, subject, describer))
  const description = isRecord(written) ? written['description'] : undefined
  return { media, ...(typeof description === 'string' ? { description } : {}) }
}

/** Limits for which OpenAPI has no keyword. */
function limitsOf({ maxBodyBytes }: RoutePlan): { 'x-max-body-bytes': number } {
  return { 'x-max-body-bytes': maxBodyBytes }
}

function rawContent(types: readonly string[]): { [mediaType: string]: OpenApiMediaType } {
  return Object.fromEntries(types.map((type) => [type, { schema: rawSchema(type) }]))
}

/**
 * The schema of a media type alone. Bytes are `contentMediaType` in JSON Schema and `format: binary` in the registry of
 * OpenAPI: some tools know only one of them.
 */
function rawSchema(type: string): JsonSchema {
  const essence = essenceOf(type)
  if (/^text\/|[/+](?:xml|yaml|(?:x-)?ndjson|jsonl|json-seq|javascript)$/.test(essence))
    return { type: 'string' }
  if (/^multipart\/|\/x-www-form-urlencoded$/.test(essence)) return { type: 'object' }
  if (isJson(essence)) return {}
  const media = essence.includes('*') ? {} : { contentMediaType: essence }
  return { type: 'string', format: 'binary', ...media }
}

function rootOf(schema: SchemaLike, subject: Subject, describer: Describer): unknown {
  const document = describer.source(schema, subject)?.document
  return document === undefined ? undefined : document.target(document.root)
}

function toMedia(schema: JsonSchema, root: unknown): OpenApiMediaType {
  const examples = isRecord(root)
    ? ((root['examples'] ?? (root['example'] === undefined ? [] : [root['example']])) as unknown[])
    : []
  if (examples.length === 0) return { schema: toObject(schema) }
  if (examples.length === 1) return { schema: toObject(schema), example: examples[0] }
  return {
    schema: toObject(schema),
    examples: Object.fromEntries(examples.map((value, i) => [`example-${i + 1}`, { value }])),
  }
}

/** Tools expect an object, though a boolean is a schema as well. */
function toObject(schema: JsonSchema): JsonSchema {
  return schema === true ? {} : schema
}

function allResponses(
  plan: RoutePlan,
  { describer, errors, responses: shared, headers: always }: OperationParts,
): OpenApiOperation['responses'] {
  const described = Object.assign({}, ...plan.descriptions.map((one) => one.headers ?? {})) as Record<
    string,
    string
  >
  const withHeaders = (response: OpenApiResponse): OpenApiResponse => {
    const { description, headers, ...rest } = response
    // A header of the framework replaces others of its name.
    const own = Object.entries({ ...toHeaders(described), ...headers }).filter(
      ([name]) => !Object.hasOwn(always, name.toLowerCase()),
    )
    const all = { ...Object.fromEntries(own), ...always }
    return Object.keys(all).length === 0 ? response : { description, headers: all, ...rest }
  }
  const declared = new Map([...describedResponses(plan), ...declaredResponses(plan, describer)])
  const responses = new Map<string, OpenApiResponse | OpenApiReference>()
  for (const [status, response] of declared) responses.set(status, withHeaders(response))
  const answers = errors.answers(routeErrorsOf(plan), plan.errorFormat, plan.flat.place)
  for (const { status, response, ...names } of [...answers, errors.unexpected(plan.errorFormat)]) {
    const own = declared.get(status)
    const whole = withHeaders(own === undefined ? response : merge(own, response))
    responses.set(status, own === undefined ? shared.add(whole, names) : whole)
  }
  return Object.fromEntries([...responses].sort(([a], [b]) => (a < b ? -1 : 1)))
}

/** Answers that middleware and meta of the route describe. */
function describedResponses({ descriptions }: RoutePlan): [string, OpenApiResponse][] {
  return descriptions.flatMap(({ responses = {} }) =>
    Object.entries(responses).map(([status, description]): [string, OpenApiResponse] => [
      status,
      { description },
    ]),
  )
}

function declaredResponses(plan: RoutePlan, describer: Describer): [string, OpenApiResponse][] {
  const { response, upgrades } = plan.flat.route.options
  if (upgrades !== undefined) return [['101', switching(upgrades)]]
  if (response === undefined) {
    const description = 'The answer of the handler, which the route does not declare.'
    return [['2XX', { description, content: { '*/*': { schema: {} } } }]]
  }
  return responsesOf({ response }).map(([status, schema, shape]) => {
    const described = toResponse(plan, Number(status), { schema, describer })
    if (shape === undefined) return [status, described]
    const { description, ...rest } = described
    const place = `${plan.flat.place}, response ${status}, headers`
    return [status, { description, headers: headersOf(shape, place, describer), ...rest }]
  })
}

/** The answer that switches the connection to another protocol (RFC 9110 §15.2.2). */
function switching(protocol: string): OpenApiResponse {
  const header = {
    description: 'The protocol that follows.',
    required: true,
    schema: { type: 'string', const: protocol },
  }
  return { description: `${toPhrase(101)} to ${protocol}`, headers: { upgrade: header } }
}

/** Whether a header may be missing. A default of its schema is not filled into an answer. */
function isOptionalHeader(schema: SchemaLike): boolean {
  return isTypeBoxSchema(schema) ? isOptional(schema) : mayBeNothing(schema)
}

function headersOf(
  shape: FieldSchemas,
  place: string,
  describer: Describer,
): NonNullable<OpenApiResponse['headers']> {
  const all = Object.entries(shape).map(([name, schema]) => {
    const written = describer.describe(schema, { side: 'out', place: `${place}, ${name}`, hint: 'Header' })
    const { description, ...rest } = isRecord(written) ? written : {}
    const header = {
      ...(typeof description === 'string' ? { description } : {}),
      ...(isOptionalHeader(schema) ? {} : { required: true }),
      schema: rest,
    }
    return [name, header] as const
  })
  return Object.fromEntries(all)
}

function toResponse(
  plan: RoutePlan,
  status: number,
  { schema, describer }: { schema: SchemaLike | null; describer: Describer },
): OpenApiResponse {
  if (schema === null || isNothing(schema)) return { description: toPhrase(status) }
  if (isContent(schema)) return { description: toPhrase(status), content: rawContent(schema.mediaTypes) }
  const hint = `${toPascal(plan.name)}Response${status === 200 ? '' : status}`
  const subject: Subject = { side: 'out', place: `${plan.flat.place}, response ${status}`, hint }
  const written = describer.describe(schema, subject)
  const root = rootOf(schema, subject, describer)
  const description =
    isRecord(root) && typeof root['description'] === 'string' ? root['description'] : toPhrase(status)
  return { description, content: { 'application/json': toMedia(written, root) } }
}

/** Joins the answers of a status that the route declares and an error has as well. */
function merge(a: OpenApiResponse, b: OpenApiResponse): OpenApiResponse {
  const content: Record<string, OpenApiMediaType> = { ...a.content }
  for (const [type, media] of Object.entries(b.content ?? {})) {
    const other = content[type]
    content[type] =
      other === undefined ? media : { schema: { anyOf: [other.schema ?? {}, media.schema ?? {}] } }
  }
  const headers = { ...a.headers, ...b.headers }
  return {
    ...a,
    ...b,
    description: `${a.description}. ${b.description}`.replace('.. ', '. '),
    ...(Object.keys(headers).length === 0 ? {} : { headers }),
    content,
  }
}
