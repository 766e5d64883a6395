import { isRecord } from '@keelson/core/spi'
import type { OpenApiDocument, OpenApiOperation, OpenApiParameter, OpenApiResponse } from '../contract.ts'
import { follow } from './reference.ts'

/** An operation whose responses are not references. */
export interface ResolvedOperation extends Omit<OpenApiOperation, 'responses'> {
  readonly responses: { readonly [status: string]: OpenApiResponse }
}

/** An operation of a document with its place. */
export interface Located {
  readonly operation: ResolvedOperation
  /** Its operation id, if the document has one. */
  readonly name: string | undefined
  readonly method: string
  readonly path: string
  /** Without the names of params. */
  readonly shape: string
  /** For messages: `orders.show (GET /orders/{id})`. */
  readonly place: string
}

const METHODS = [
  'get',
  'put',
  'post',
  'delete',
  'options',
  'head',
  'patch',
  'trace',
  'query',
  'x-query',
] as const

/** The operations of a document of any tool, with references, path items and defaults applied. */
export function operationsOf(document: OpenApiDocument): readonly Located[] {
  return Object.entries(document.paths).flatMap(([path, entry]) => {
    const item = follow(document, entry) as Readonly<Record<string, unknown>>
    return METHODS.flatMap((key) => {
      const own = item[key]
      if (!isRecord(own)) return []
      const operation = completed(document, path, { item, own: own as never })
      const method = key.replace('x-', '').toUpperCase()
      const shape = `${method} ${path.replaceAll(/\{[^}]*\}/g, '{}')}`
      const { operationId: name } = operation as { readonly operationId?: string }
      const place = name === undefined ? `${method} ${path}` : `${name} (${method} ${path})`
      return [{ operation, name, method, path, shape, place }]
    })
  })
}

interface Source {
  readonly item: Readonly<Record<string, unknown>>
  readonly own: OpenApiOperation
}

function completed(document: OpenApiDocument, path: string, { item, own }: Source): ResolvedOperation {
  const all = [item['parameters'], own.parameters].flatMap((list) =>
    Array.isArray(list) ? (list as OpenApiParameter[]).map((one) => follow(document, one)) : [],
  )
  const byKey = new Map(all.map((one) => [`${one.in} ${one.name}`, withSchema(one)]))
  const order = [...path.matchAll(/\{([^}]*)\}/g)].map(([, name]) => name)
  const parameters = [...byKey.values()].toSorted((a, b) => order.indexOf(a.name) - order.indexOf(b.name))
  const { security } = document as { readonly security?: OpenApiOperation['security'] }
  const requestBody = follow(document, own.requestBody)
  return {
    ...own,
    parameters,
    ...(requestBody === undefined ? {} : { requestBody }),
    responses: Object.fromEntries(
      Object.entries(own.responses ?? {}).map(([status, one]) => [
        status,
        withHeaders(document, follow<unknown>(document, one) as OpenApiResponse),
      ]),
    ),
    security: own.security ?? security ?? [],
  }
}

/** A parameter may have a media type instead of a schema. */
function withSchema(parameter: OpenApiParameter): OpenApiParameter {
  const { schema, content } = parameter as { readonly schema?: unknown; readonly content?: object }
  const [media] = Object.values(content ?? {}) as { readonly schema?: OpenApiParameter['schema'] }[]
  return schema === undefined ? { ...parameter, schema: media?.schema ?? true } : parameter
}

function withHeaders(document: OpenApiDocument, response: OpenApiResponse): OpenApiResponse {
  if (response.headers === undefined) return response
  const headers = Object.entries(response.headers).map(([name, one]) => [name, follow(document, one)])
  return { ...response, headers: Object.fromEntries(headers) as NonNullable<OpenApiResponse['headers']> }
}
