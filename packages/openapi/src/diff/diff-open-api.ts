import { ofKind, refuseCall, valueProblems } from '@keelson/core/options'
import type { OpenApiDocument } from '../contract.ts'
import { Changes, type ContractChange } from './change.ts'
import { operationsOf, type Located } from './operations.ts'
import { compareRequest } from './request-diff.ts'
import { compareResponses } from './response-diff.ts'
import { SchemaDiff } from './schema-diff.ts'
import { compareSchemes, compareSecurity } from './security-diff.ts'

const DOCUMENT = ofKind(
  {
    what: 'an OpenAPI 3 document',
    test: (value) => {
      const { openapi, paths } = value as { readonly openapi?: unknown; readonly paths?: unknown }
      return (
        typeof openapi === 'string' && openapi.startsWith('3.') && typeof paths === 'object' && paths !== null
      )
    },
    remedy: (value) =>
      typeof value === 'string'
        ? 'Parse it: JSON.parse(text).'
        : typeof value === 'object' && value !== null && '~internal' in value
          ? 'Give toOpenApi(app).'
          : undefined,
  },
  'A document.',
)

/**
 * Compares two OpenAPI documents, and says of each difference whether a client of the base may fail with the head.
 *
 * Requests may only become freer, and responses only more certain; operations must remain, since clients use their names.
 * An error that was removed, by code or by status, is a warning. Texts, tags and examples do not count.
 *
 * @throws {SetupError} `ERR_CORE_OPTION` if an argument is not a document
 * @param base - the contract that clients know
 * @returns the changes, in the order of the base's operations, then new operations
 * @example
 * const breaking = diffOpenApi(released, toOpenApi(app)).filter((change) => change.breaking)
 */
export function diffOpenApi(base: OpenApiDocument, head: OpenApiDocument): ContractChange[] {
  const place = { name: 'diffOpenApi', below: diffOpenApi }
  const wrong = [
    ...valueProblems(DOCUMENT, base, { ...place, argument: 'The base' }),
    ...valueProblems(DOCUMENT, head, { ...place, argument: 'The head' }),
  ]
  refuseCall(wrong, place)
  const changes = new Changes()
  const pair = { base, head }
  const schemas = new SchemaDiff(pair, changes)
  const [was, is] = [operationsOf(base), operationsOf(head)]
  const found = new Set<Located>()
  for (const located of was) {
    const other = findTwin(located, was, is)
    if (other === undefined) {
      changes.breaking('operation-removed', located.place, 'It was removed.')
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

/** The operation with the same name, else with the same method and path, unless the other document has its name elsewhere. */
function findTwin(
  { name, shape }: Located,
  was: readonly Located[],
  is: readonly Located[],
): Located | undefined {
  const byName = name === undefined ? undefined : is.find((other) => other.name === name)
  if (byName !== undefined) return byName
  const isKnown = (other: Located): boolean =>
    other.name !== undefined && was.some((one) => one.name === other.name)
  return is.find((other) => other.shape === shape && !isKnown(other))
}

function compareIdentity(was: Located, is: Located, changes: Changes): void {
  const { operation } = is
  // Clients were not written for a new name.
  if (was.name !== undefined && was.name !== is.name) {
    const message = is.name === undefined ? 'It no longer has a name.' : `It is now called ${is.name}.`
    changes.breaking('operation-renamed', was.place, message)
  }
  if (was.shape !== is.shape)
    changes.breaking('operation-moved', was.place, `It is now served at ${is.method} ${is.path}.`)
  if (was.operation.deprecated !== true && operation.deprecated === true) {
    changes.warning('operation-deprecated', was.place, 'It is now deprecated.')
  }
}

function compareServers(base: OpenApiDocument, head: OpenApiDocument, changes: Changes): void {
  const [was, is] = [serversOf(base), serversOf(head)]
  for (const url of was)
    if (!is.includes(url)) changes.breaking('server-removed', `server ${url}`, 'It was removed.')
  for (const url of is)
    if (!was.includes(url)) changes.harmless('server-added', `server ${url}`, 'It is new.')
}

/** Default: the origin of the document (OpenAPI 3.1 §4.8.1). A slash at the end makes no difference. */
function serversOf({ servers }: Partial<OpenApiDocument>): readonly string[] {
  const urls = (servers ?? []).map((one) => one.url.replace(/(?<=.)\/$/, ''))
  return urls.length === 0 ? ['/'] : urls
}
