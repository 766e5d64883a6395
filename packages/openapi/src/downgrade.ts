import { isRecord, type JsonSchema } from '@keelson/core/spi'
import type { OpenApiDocument } from './contract.ts'
import { mapValues } from './json-values.ts'
import { toOldSchema } from './downgrade-schema.ts'

type Json = Record<string, unknown>

const VERSION = '3.0.4'

/**
 * Rewrites a document of 3.1 for tools that know only 3.0. A schema that 3.0 cannot express becomes wider: valid values stay
 * valid.
 */
export function downgrade(document: OpenApiDocument): OpenApiDocument {
  const { summary: _summary, license, ...info } = document.info
  const { identifier: _identifier, ...oldLicense } = license ?? { name: '' }
  const { schemas, responses, headers, securitySchemes } = document.components
  const rewritten = rewrite(document.paths) as OpenApiDocument['paths']
  const oldSchemas =
    schemas === undefined ? {} : { schemas: mapValues(schemas, toOldSchema) as Record<string, JsonSchema> }
  // 3.0 has no mutual TLS.
  const known = Object.entries(securitySchemes ?? {}).filter(([, scheme]) => scheme.type !== 'mutualTLS')
  const components = {
    ...oldSchemas,
    ...(responses === undefined ? {} : { responses: mapValues(responses, rewrite) as typeof responses }),
    ...(headers === undefined ? {} : { headers: mapValues(headers, rewrite) as typeof headers }),
    ...(known.length === 0 ? {} : { securitySchemes: Object.fromEntries(known) }),
  }
  return {
    ...document,
    openapi: VERSION,
    info: { ...info, ...(license === undefined ? {} : { license: oldLicense }) },
    paths: dropSchemes(rewritten, new Set(known.map(([name]) => name))),
    components,
  }
}

function dropSchemes(paths: OpenApiDocument['paths'], known: ReadonlySet<string>): OpenApiDocument['paths'] {
  return mapValues(paths, (path) =>
    mapValues(path as Json, (one) => {
      const operation = one as { readonly security: readonly Json[] }
      const security = operation.security.map((demand) =>
        Object.fromEntries(Object.entries(demand).filter(([name]) => known.has(name))),
      )
      return { ...operation, security }
    }),
  ) as OpenApiDocument['paths']
}

/** Rewrites all schemas within a value. */
function rewrite(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(rewrite)
  if (!isRecord(value)) return value
  const entries = Object.entries(value).map(([key, one]) => {
    if (key === 'schema') return [key, toOldSchema(one)]
    // Their members have free names.
    if (key === 'headers' || key === 'content') return [key, mapValues(one as Json, rewrite)]
    return [key, key === 'example' || key === 'examples' ? one : rewrite(one)]
  })
  return Object.fromEntries(entries)
}
