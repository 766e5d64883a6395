import { createApp, SetupError, t, type AnyMiddleware, type RouteTree } from '@keelson/core'
import { toOpenApi, type OpenApiDocument, type OpenApiOptions } from '../src/index.ts'

export const PUBLIC = { access: 'public' } as const

export function documentOf(
  routes: RouteTree,
  options?: OpenApiOptions,
  use: readonly AnyMiddleware[] = [],
): OpenApiDocument {
  return toOpenApi(createApp({ routes, use, log: false, health: false }), options)
}

export function problemsOf(routes: RouteTree, options?: OpenApiOptions): string {
  try {
    documentOf(routes, options)
  } catch (error) {
    if (error instanceof SetupError) return error.message
    throw error
  }
  return ''
}

export function schemasOf(document: OpenApiDocument): object {
  return document.components.schemas ?? {}
}

/** What stands at a path within the schemas: `Order.properties.total`. */
export function schemaAt(document: OpenApiDocument, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>((at, key) => (at as Record<string, unknown>)[key], schemasOf(document))
}

export const Order = t.Object({ id: t.String(), total: t.Number() }, { $id: 'Order' })
