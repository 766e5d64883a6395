import type { SchemaLike, FieldSchemas } from '@keelson/core'
import { isPromise } from '@keelson/core/options'
import {
  isOptional,
  isRecord,
  isSchema,
  isStandardSchema,
  isTypeBoxSchema,
  type JsonSchema,
  type RoutePlan,
} from '@keelson/core/spi'
import type { OpenApiParameter } from './contract.ts'
import type { Describer, Subject } from './describer.ts'
import { fieldsOf } from './fields.ts'
import type { PathTemplate } from './path-template.ts'
import type { SchemaSource } from './schema-source.ts'

type In = OpenApiParameter['in']

/** Headers that OpenAPI describes elsewhere: by media types and by security (OpenAPI 3.1 §4.8.12.1). */
const DESCRIBED_ELSEWHERE = new Set(['accept', 'content-type', 'authorization'])

interface Declared {
  readonly name: string
  readonly isRequired: boolean
  readonly source: SchemaSource | undefined
  readonly node: unknown
}

/** The parameters of a route: those of the path in its order, then query, headers and cookies as declared. */
export function parametersOf(
  plan: RoutePlan,
  template: PathTemplate,
  describer: Describer,
): OpenApiParameter[] {
  const { options } = plan.flat.route
  const read = (place: 'params' | 'query' | 'headers' | 'cookies', at: In): OpenApiParameter[] => {
    const schema = options[place] as SchemaLike | FieldSchemas | undefined
    if (schema === undefined) return []
    const subject = subjectOf(plan, place)
    return declaredIn(schema, subject, describer).map((one) => toParameter(one, at, { subject, describer }))
  }
  const params = read('params', 'path')
  const path = template.names.map((name) => pathParameter(name, params, template))
  const declared = read('headers', 'header')
  const headers = [...declared, ...headersOfMiddleware(plan, declared)].filter(
    ({ name }) => !DESCRIBED_ELSEWHERE.has(name.toLowerCase()),
  )
  return [
    ...path,
    ...read('query', 'query'),
    ...freeQuery(plan, describer),
    ...headers,
    ...read('cookies', 'cookie'),
  ]
}

/** Request headers that middleware reads and the route does not declare. */
function headersOfMiddleware(
  { descriptions }: RoutePlan,
  declared: readonly OpenApiParameter[],
): OpenApiParameter[] {
  const described = Object.assign({}, ...descriptions.map((one) => one.requestHeaders ?? {})) as Record<
    string,
    string
  >
  const names = new Set(declared.map(({ name }) => name.toLowerCase()))
  return Object.entries(described)
    .filter(([name]) => !names.has(name.toLowerCase()))
    .map(([name, description]) => ({ name, in: 'header', description, schema: { type: 'string' } }))
}

function subjectOf({ flat }: RoutePlan, place: string): Subject {
  return { side: 'open', place: `${flat.place}, ${place}`, hint: 'Parameter' }
}

function declaredIn(schema: SchemaLike | FieldSchemas, subject: Subject, describer: Describer): Declared[] {
  if (!isSchema(schema)) {
    return Object.entries(schema as FieldSchemas).map(([name, member]) => {
      const source = describer.source(member, { ...subject, place: `${subject.place}, ${name}` })
      return { name, isRequired: !mayBeMissing(member), source, node: source?.document.root }
    })
  }
  const source = describer.source(schema, subject)
  if (source === undefined) return []
  const { byName } = fieldsOf(source.document, source.document.root)
  return [...byName].map(([name, { schema: node, isRequired }]) => ({
    name,
    isRequired: isRequired && !hasDefault(node),
    source,
    node,
  }))
}

/** Whether a caller may omit a value. A Standard Schema is tried; an asynchronous one counts as required. */
function mayBeMissing(schema: SchemaLike): boolean {
  if (isTypeBoxSchema(schema)) return isOptional(schema) || hasDefault(schema)
  if (!isStandardSchema(schema)) return false
  try {
    const result = schema['~standard'].validate(undefined)
    if (!isPromise(result)) return result.issues === undefined
    // Its result is ignored, and a failure must not end the process.
    void Promise.resolve(result).catch(() => undefined)
    return false
  } catch {
    return false
  }
}

function hasDefault(schema: unknown): boolean {
  return isRecord(schema) && schema['default'] !== undefined
}

interface Writing {
  readonly subject: Subject
  readonly describer: Describer
}

function toParameter(
  { name, isRequired, source, node }: Declared,
  at: In,
  { subject, describer }: Writing,
): OpenApiParameter {
  const schema: JsonSchema =
    source === undefined
      ? true
      : describer.write(source, { ...subject, place: `${subject.place}, ${name}` }, node)
  const { description, deprecated, ...rest } = isRecord(schema) ? schema : {}
  const example = isRecord(node) ? exampleOf(node) : undefined
  return {
    name,
    in: at,
    ...(typeof description === 'string' ? { description } : {}),
    ...(isRequired || at === 'path' ? { required: true } : {}),
    ...(deprecated === true ? { deprecated } : {}),
    schema: isRecord(schema) ? rest : schema,
    ...(example === undefined ? {} : { example }),
  }
}

/** The first example of a schema. */
function exampleOf(node: { readonly [keyword: string]: unknown }): unknown {
  const { examples, example } = node
  return Array.isArray(examples) ? (examples[0] as unknown) : example
}

function pathParameter(
  name: string,
  declared: readonly OpenApiParameter[],
  { wildcard }: PathTemplate,
): OpenApiParameter {
  const found: OpenApiParameter = declared.find((one) => one.name === name) ?? {
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }
  if (name !== wildcard?.name) return found
  const rest = `The rest of the path, slashes included${wildcard.takesEmpty ? '; it may be empty' : ''}.`
  const description = found.description === undefined ? rest : `${found.description} ${rest}`
  return {
    ...found,
    description,
    'x-wildcard': true,
    // In OpenAPI every path parameter is required.
    ...(wildcard.takesEmpty ? { 'x-may-be-empty': true } : {}),
  }
}

/** A query with any names, as a record has: one parameter whose members are the keys (style `form`). */
function freeQuery(plan: RoutePlan, describer: Describer): OpenApiParameter[] {
  const { query } = plan.flat.route.options
  if (query === undefined || !isSchema(query)) return []
  const subject = subjectOf(plan, 'query')
  const source = describer.source(query as SchemaLike, subject)
  const rest = source === undefined ? undefined : fieldsOf(source.document, source.document.root).rest
  if (source === undefined || rest === undefined) return []
  const schema = { type: 'object', additionalProperties: describer.write(source, subject, rest) }
  return [
    {
      name: 'fields',
      in: 'query',
      description: 'Further keys, by name.',
      style: 'form',
      explode: true,
      schema,
    },
  ]
}
