import type { BodyAlternative } from '@keelson/core'
import { bodiesOf, isRecord, mayBeMissing, type RoutePlan } from '@keelson/core/spi'
import type { OpenApiMediaType, OpenApiOperation } from './contract.ts'
import type { Describer, Subject } from './describer.ts'
import { rawContent, rawSchema, rootOf, toMedia } from './media.ts'
import { toPascal } from './names.ts'

/** Describes the body of a route's requests; `undefined` if it has none. */
export function requestBodyOf(plan: RoutePlan, describer: Describer): OpenApiOperation['requestBody'] {
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
