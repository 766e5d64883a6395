import { isRecord } from '@keelson/core/spi'
import type { OpenApiDocument } from '../contract.ts'

/** Ends a circle of references. */
const MAX_STEPS = 50

/** Follows a reference within a document (RFC 6901). Another value, and a reference to another document, are returned as they are. */
export function follow<T>(document: OpenApiDocument, value: T): T {
  let node: unknown = value
  for (let steps = 0; steps < MAX_STEPS && isRecord(node) && typeof node['$ref'] === 'string'; steps++) {
    const { $ref } = node
    if (!($ref as string).startsWith('#/')) return node as T
    node = targetOf(document, $ref as string)
  }
  return node as T
}

/** The target of a reference, or `undefined`. */
export function targetOf(document: OpenApiDocument, reference: string): unknown {
  return reference
    .slice(2)
    .split('/')
    .map((part) => decodeURIComponent(part).replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce<unknown>(
      (node, key) => (isRecord(node) && Object.hasOwn(node, key) ? node[key] : undefined),
      document,
    )
}
