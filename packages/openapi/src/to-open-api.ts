import { SetupError, type RouteMethod, type SetupProblem } from '@keelson/core'
import { optionProblems, refuseCall, valueProblems } from '@keelson/core/options'
import { appOption, type RoutePlan } from '@keelson/core/spi'
import type {
  OpenApiDocument,
  OpenApiHeader,
  OpenApiOperation,
  OpenApiOptions,
  OpenApiPath,
  OpenApiReference,
  OpenApiResponse,
  OpenApiSource,
} from './contract.ts'
import { Describer } from './describer.ts'
import { downgrade } from './downgrade.ts'
import { ErrorWriter } from './error-responses.ts'
import { tagsOfRoute, toOperation, type OperationParts } from './operation.ts'
import { mapValues } from './json-values.ts'
import { DOCUMENT_OPTIONS } from './option-tables.ts'
import { toPathTemplate, type PathTemplate } from './path-template.ts'
import { ResponseRegistry } from './response-registry.ts'
import { SecurityRegistry } from './security.ts'

const VERSION = '3.1.1'
const REQUEST_ID = 'RequestId'
const REQUEST_ID_HEADER: OpenApiHeader = {
  description: "Id of the request in the server's log.",
  required: true,
  schema: { type: 'string' },
}
const METHODS: readonly RouteMethod[] = ['GET', 'HEAD', 'QUERY', 'POST', 'PUT', 'PATCH', 'DELETE']

/**
 * Writes the OpenAPI document of an app from its routes. The same routes give the same text; only tags have the order of the
 * tree.
 *
 * The HEAD of GET routes and OPTIONS are omitted, as are mounted handlers and routes with `hidden: true`. QUERY, which
 * OpenAPI has from 3.2 on, is written as `x-query`.
 *
 * @throws {SetupError} with every route that cannot be described: `ERR_OPENAPI_SCHEMA_ID`, `_UNDESCRIBABLE`, `_EXAMPLE`,
 *   `_SECURITY`, `_PATH`
 * @see OpenAPI Specification 3.1.1
 * @example
 * const document = toOpenApi(app, { info: { version: '1.2.0' }, servers: [{ url: 'https://api.example.com' }] })
 * writeFileSync('openapi.json', JSON.stringify(document, null, 2))
 */
export function toOpenApi(source: OpenApiSource, options: OpenApiOptions = {}): OpenApiDocument {
  checkArguments(source, options)
  const problems: SetupProblem[] = []
  const describer = new Describer(problems, options.undescribable === 'any')
  const security = new SecurityRegistry(options, problems)
  const parts: OperationParts = {
    describer,
    errors: new ErrorWriter(describer),
    responses: new ResponseRegistry(),
    security,
    rootTag: options.rootTag ?? 'general',
    headers: requestIdOf(source),
  }
  const plans = source.plans.filter((plan): plan is RoutePlan => isDescribed(plan, options))
  const paths = toPaths(plans, parts, problems)
  for (const { wanted, firstPlace, place } of describer.writer.components.clashes) {
    problems.push({
      code: 'ERR_OPENAPI_SCHEMA_ID',
      place,
      message: `Its schema '${wanted}' is not that of ${firstPlace}.`,
      remedy: 'Use one schema in both places, or give one of them another $id.',
    })
  }
  if (problems.length > 0) throw new SetupError(problems, undefined, 'The document cannot be written')
  const components = describer.writer.components.finish()
  const shared = parts.responses.finish()
  const whole = withResponses(paths, shared.resolve)
  const document: OpenApiDocument = {
    openapi: VERSION,
    info: infoOf(source, options),
    servers: options.servers ?? [{ url: '/' }],
    tags: tagsOf(plans, options, parts.rootTag),
    paths: components.resolve(whole),
    components: {
      ...(Object.keys(components.schemas).length === 0 ? {} : { schemas: components.schemas }),
      ...(Object.keys(shared.components).length === 0
        ? {}
        : { responses: components.resolve(shared.components) }),
      ...(Object.keys(parts.headers).length === 0 ? {} : { headers: { [REQUEST_ID]: REQUEST_ID_HEADER } }),
      ...(Object.keys(security.schemes).length === 0 ? {} : { securitySchemes: security.schemes }),
    },
    ...(options.externalDocs === undefined ? {} : { externalDocs: options.externalDocs }),
  }
  return options.version === '3.0' ? downgrade(document) : document
}

const SOURCE = appOption('toOpenApi')

function checkArguments(source: unknown, options: unknown): void {
  const place = { name: 'toOpenApi', below: toOpenApi }
  const wrong = [
    ...valueProblems(SOURCE, source, { ...place, argument: 'The first argument' }),
    ...optionProblems(DOCUMENT_OPTIONS, options, place),
  ]
  refuseCall(wrong, place)
}

function isDescribed(
  plan: { readonly flat: RoutePlan['flat'] | undefined },
  { includeHidden = false }: OpenApiOptions,
): boolean {
  const { flat } = plan
  return (
    flat !== undefined && flat.route.method !== '*' && (includeHidden || flat.route.options.hidden !== true)
  )
}

/** A reference, since a document would repeat the header in every answer. */
function requestIdOf({ requestIdHeader }: OpenApiSource): OperationParts['headers'] {
  if (requestIdHeader === undefined) return {}
  return { [requestIdHeader]: { $ref: `#/components/headers/${REQUEST_ID}` } }
}

function infoOf({ name }: OpenApiSource, { info = {} }: OpenApiOptions): OpenApiDocument['info'] {
  const { title, version, ...rest } = info
  return { title: title ?? name ?? 'app', version: version ?? '0.0.0', ...rest }
}

/** In the order of the tree. */
function tagsOf(
  plans: readonly RoutePlan[],
  { tags = {} }: OpenApiOptions,
  rootTag: string,
): OpenApiDocument['tags'] {
  const names = new Set(plans.flatMap((plan) => tagsOfRoute(plan, rootTag)))
  return [...names].map((name) => ({
    name,
    ...(tags[name] === undefined ? {} : { description: tags[name] }),
  }))
}

/** By path, then by method, so that names that are made up at the first use do not depend on the order of the tree. */
function inFixedOrder(
  plans: readonly RoutePlan[],
): { readonly plan: RoutePlan; readonly template: PathTemplate }[] {
  const described = plans.map((plan) => {
    const template = toPathTemplate(plan)
    const method = METHODS.indexOf(plan.flat.route.method as RouteMethod)
    return { plan, template, order: `${template.key} ${method} ${plan.name}` }
  })
  return described.sort((a, b) => (a.order < b.order ? -1 : 1))
}

interface PathGroup {
  readonly path: string
  readonly names: readonly string[]
  readonly operations: Map<RouteMethod, { readonly plan: RoutePlan; readonly operation: OpenApiOperation }>
}

function toPaths(
  plans: readonly RoutePlan[],
  parts: OperationParts,
  problems: SetupProblem[],
): OpenApiDocument['paths'] {
  const groups = new Map<string, PathGroup>()
  for (const { plan, template } of inFixedOrder(plans)) {
    let group = groups.get(template.key)
    if (group === undefined)
      groups.set(
        template.key,
        (group = { path: template.path, names: template.names, operations: new Map() }),
      )
    const method = plan.flat.route.method as RouteMethod
    const first = group.operations.get(method)
    if (first !== undefined) problems.push(samePath(plan, first.plan))
    else
      group.operations.set(method, {
        plan,
        operation: rename(toOperation(plan, template, parts), template, group),
      })
  }
  const sorted = [...groups.values()].sort((a, b) => (a.path < b.path ? -1 : 1))
  return Object.fromEntries(sorted.map((group) => [group.path, toPath(group)]))
}

/** Replaces the placeholders of responses. */
function withResponses(
  paths: OpenApiDocument['paths'],
  resolve: (one: OpenApiResponse | OpenApiReference) => OpenApiResponse | OpenApiReference,
): OpenApiDocument['paths'] {
  return mapValues(paths, (path) =>
    mapValues(path as { readonly [method: string]: OpenApiOperation }, (operation) => ({
      ...operation,
      responses: mapValues(operation.responses, resolve),
    })),
  )
}

function toPath({ operations }: PathGroup): OpenApiPath {
  const entries = METHODS.flatMap((method) => {
    const found = operations.get(method)
    // For OpenAPI 3.1 §4.8.9 it is an extension.
    const key = method === 'QUERY' ? 'x-query' : method.toLowerCase()
    return found === undefined ? [] : [[key, found.operation] as const]
  })
  return Object.fromEntries(entries)
}

/** `/orders/:id` and `/orders/:orderId` are one path in OpenAPI, with the names of the first. */
function rename(operation: OpenApiOperation, { names }: PathTemplate, group: PathGroup): OpenApiOperation {
  if (operation.parameters === undefined || names.every((name, i) => name === group.names[i]))
    return operation
  const parameters = operation.parameters.map((one) =>
    one.in === 'path' ? { ...one, name: group.names[names.indexOf(one.name)] ?? one.name } : one,
  )
  return { ...operation, parameters }
}

function samePath(plan: RoutePlan, first: RoutePlan): SetupProblem {
  return {
    code: 'ERR_OPENAPI_PATH',
    place: plan.flat.place,
    message: `OpenAPI cannot distinguish it from ${first.flat.place}: a wildcard is a param there.`,
    remedy: 'Set hidden: true on one of them, or give it another path.',
  }
}
