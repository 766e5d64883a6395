import type { FieldSchemas, SchemaLike } from '@keelson/core'
import {
  isContent,
  isNothing,
  isOptional,
  isRecord,
  isTypeBoxSchema,
  mayBeNothing,
  responsesOf,
  routeErrorsOf,
  type RoutePlan,
} from '@keelson/core/spi'
import type { OpenApiMediaType, OpenApiOperation, OpenApiReference, OpenApiResponse } from './contract.ts'
import type { Describer, Subject } from './describer.ts'
import { formatHeaders, toHeaders } from './error-responses.ts'
import { rawContent, rootOf, toMedia } from './media.ts'
import { toPascal, toPhrase } from './names.ts'
import type { OperationParts } from './operation.ts'

/** Describes all answers of a route: declared, described by middleware, and errors. */
export function allResponses(
  plan: RoutePlan,
  { describer, errors, responses: shared, headers: always }: OperationParts,
): OpenApiOperation['responses'] {
  const inEach = plan.descriptions.map(({ headers = {} }) => headers)
  const inSuccesses = joined([...inEach, ...plan.descriptions.map((one) => one.successHeaders ?? {})])
  const inOthers = joined(inEach)
  const inErrors = joined([...inEach, formatHeaders(plan.errorFormat)])
  const withHeaders = (response: OpenApiResponse, described: HeaderSentences): OpenApiResponse => {
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
  for (const [status, response] of declared)
    responses.set(status, withHeaders(response, Number(status[0]) < 4 ? inSuccesses : inOthers))
  const answers = errors.answers(routeErrorsOf(plan), plan.errorFormat, plan.flat.place)
  for (const { status, response, ...names } of [...answers, errors.unexpected(plan.errorFormat)]) {
    const own = declared.get(status)
    const whole = withHeaders(own === undefined ? response : merge(own, response), inErrors)
    responses.set(status, own === undefined ? shared.add(whole, names) : whole)
  }
  return Object.fromEntries([...responses].sort(([a], [b]) => (a < b ? -1 : 1)))
}

type HeaderSentences = Readonly<Record<string, string>>

/** Of those all say theirs: each `set-cookie` is a line of its own (RFC 6265 §3), `vary` is a list (RFC 9110 §12.5.5). */
const JOINED = ['set-cookie', 'vary']

/** Of one header what the nearest says. */
function joined(all: readonly HeaderSentences[]): HeaderSentences {
  const lists = JOINED.flatMap((name) => {
    const said = new Set(all.flatMap((one) => one[name] ?? []))
    return said.size === 0 ? [] : [[name, [...said].join(' ')]]
  })
  return Object.assign({}, ...all, Object.fromEntries(lists)) as HeaderSentences
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
