import { isRecord } from '@keelson/core/spi'
import type { OpenApiDocument } from '../contract.ts'

/** References that lead nowhere else are not followed for ever. */
const MAX_STEPS = 50

/** Follows a reference within a document (RFC 6901); what is none, and what leads nowhere, comes back as it is. */
export function follow<T>(document: OpenApiDocument, value: T): T {
  let node: unknown = value
  for (let steps = 0; steps < MAX_STEPS && isRecord(node) && typeof node['$ref'] === 'string'; steps++) {
    const { $ref } = node
    if (!($ref as string).startsWith('#/')) return node as T
    node = targetOf(document, $ref as string)
  }
  return node as T
}

/** What a reference names, or `undefined`. */
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
