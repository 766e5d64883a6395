import type { OpenApiDocument, OpenApiOperation } from '../contract.ts'
import { Changes, type ContractChange } from './change.ts'
import { compareRequest } from './request-diff.ts'
import { compareResponses } from './response-diff.ts'
import { SchemaDiff } from './schema-diff.ts'
import { compareSchemes, compareSecurity } from './security-diff.ts'

/**
 * Compares two OpenAPI documents, and says of each difference whether a client of the base may fail with the head.
 *
 * What is sent may only become freer, what is received only more certain; operations and error codes stay, since clients
 * are written by their names. Texts, tags and examples do not count.
 *
 * @param base - the contract that clients know
 * @returns in the order of the base's operations, then what is new
 * @example
 * const breaking = diffOpenApi(released, toOpenApi(app)).filter((change) => change.breaking)
 */
export function diffOpenApi(base: OpenApiDocument, head: OpenApiDocument): ContractChange[] {
  const changes = new Changes()
  const pair = { base, head }
  const schemas = new SchemaDiff(pair, changes)
  const [was, is] = [operationsOf(base), operationsOf(head)]
  const found = new Set<Located>()
  for (const located of was) {
    const other = findTwin(located, was, is)
    if (other === undefined) {
      changes.breaking('operation-removed', located.place, 'It is no longer there.')
      continue
    }
    found.add(other)
    compareIdentity(located, other, changes)
    const diff = { pair, schemas, changes, place: located.place }
    compareRequest(located.operation, other.operation, diff)
    compareResponses(located.operation, other.operation, diff)
    compareSecurity(located.operation, other.operation, diff)
  }
  for (const located of is)
    if (!found.has(located)) changes.harmless('operation-added', located.place, 'It is new.')
  compareSchemes(pair, changes)
  compareServers(base, head, changes)
  return changes.list
}

interface Located {
  readonly operation: OpenApiOperation
  readonly method: string
  readonly path: string
  /** Without the names of params. */
  readonly shape: string
  readonly place: string
}

const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const

function operationsOf(document: OpenApiDocument): readonly Located[] {
  return Object.entries(document.paths).flatMap(([path, item]) =>
    METHODS.flatMap((name) => {
      const operation = item[name]
      if (operation === undefined) return []
      const method = name.toUpperCase()
      const shape = `${method} ${path.replaceAll(/\{[^}]*\}/g, '{}')}`
      return [{ operation, method, path, shape, place: `${operation.operationId} (${method} ${path})` }]
    }),
  )
}

/** The same name, or else the same place under a name that is new. */
function findTwin(located: Located, was: readonly Located[], is: readonly Located[]): Located | undefined {
  const { operationId } = located.operation
  const byName = is.find((other) => other.operation.operationId === operationId)
  if (byName !== undefined) return byName
  const isKnown = (other: Located): boolean =>
    was.some((one) => one.operation.operationId === other.operation.operationId)
  return is.find((other) => other.shape === located.shape && !isKnown(other))
}

function compareIdentity(was: Located, is: Located, changes: Changes): void {
  const { operation } = is
  if (was.operation.operationId !== operation.operationId) {
    changes.breaking('operation-renamed', was.place, `It is now called ${operation.operationId}.`)
  }
  if (was.shape !== is.shape)
    changes.breaking('operation-moved', was.place, `It is now served at ${is.method} ${is.path}.`)
  if (was.operation.deprecated !== true && operation.deprecated === true) {
    changes.harmless('operation-deprecated', was.place, 'It is now deprecated.')
  }
}

function compareServers(base: OpenApiDocument, head: OpenApiDocument, changes: Changes): void {
  const [was, is] = [base.servers ?? [], head.servers ?? []].map((list) => list.map((one) => one.url)) as [
    string[],
    string[],
  ]
  for (const url of was)
    if (!is.includes(url)) changes.breaking('server-removed', `server ${url}`, 'It is no longer there.')
  for (const url of is)
    if (!was.includes(url)) changes.harmless('server-added', `server ${url}`, 'It is new.')
}
