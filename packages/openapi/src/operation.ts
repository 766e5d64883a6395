import { isSchema, refusesUndeclared, type RoutePlan } from '@keelson/core/spi'
import type { OpenApiOperation, OpenApiResponse } from './contract.ts'
import type { Describer } from './describer.ts'
import type { ErrorWriter } from './error-responses.ts'
import { toSummary, toTag } from './names.ts'
import { parametersOf } from './parameters.ts'
import type { PathTemplate } from './path-template.ts'
import { requestBodyOf } from './request-body.ts'
import type { ResponseRegistry } from './response-registry.ts'
import { allResponses } from './responses.ts'
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
