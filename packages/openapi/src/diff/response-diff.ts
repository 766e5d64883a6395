import { isRecord, type JsonSchema } from '@keelson/core/spi'
import type { OpenApiDocument, OpenApiHeader, OpenApiResponse } from '../contract.ts'
import type { Changes } from './change.ts'
import { byMediaType } from './media-types.ts'
import type { ResolvedOperation } from './operations.ts'
import { resolveSchema } from './resolved-schema.ts'
import type { DocumentPair, SchemaDiff } from './schema-diff.ts'

/** What the comparison of an operation needs. */
export interface OperationDiff {
  readonly pair: DocumentPair
  readonly schemas: SchemaDiff
  readonly changes: Changes
  /** `orders.show (GET /orders/{id})` */
  readonly place: string
}

const ANY_SUCCESS = '2XX'

/** Compares the answers of an operation: successes by status, errors by code. */
export function compareResponses(
  base: ResolvedOperation,
  head: ResolvedOperation,
  diff: OperationDiff,
): void {
  compareSuccesses(successes(base), successes(head), diff)
  compareErrors(errorsOf(diff.pair.base, base), errorsOf(diff.pair.head, head), diff)
  compareUncoded(base, head, diff)
  compareHeaders(base, head, diff)
}

type Responses = ReadonlyMap<string, OpenApiResponse>

function successes({ responses }: ResolvedOperation): Responses {
  return new Map(Object.entries(responses).filter(([status]) => /^[23]/.test(status)))
}

function compareSuccesses(was: Responses, is: Responses, diff: OperationDiff): void {
  const { changes, place } = diff
  if (was.has(ANY_SUCCESS) !== is.has(ANY_SUCCESS)) {
    if (is.has(ANY_SUCCESS))
      changes.breaking('response-undeclared', place, 'It no longer declares what it answers.')
    else
      changes.harmless(
        'response-declared',
        place,
        `It now declares what it answers: ${[...is.keys()].join(', ')}.`,
      )
    return
  }
  for (const [status, response] of was) {
    const other = is.get(status)
    if (other === undefined) changes.breaking('status-removed', place, `It no longer answers ${status}.`)
    else compareContent(response, other, { ...diff, place: `${place}, response ${status}` })
  }
  for (const status of is.keys()) {
    if (!was.has(status))
      changes.breaking('status-added', place, `It now also answers ${status}, which callers must expect.`)
  }
}

function compareContent(base: OpenApiResponse, head: OpenApiResponse, diff: OperationDiff): void {
  const { schemas, place } = diff
  compareMediaTypes(base, head, diff)
  const is = byMediaType(head.content)
  for (const [type, media] of byMediaType(base.content)) {
    const other = is.get(type)
    if (other !== undefined) schemas.compare(media.schema, other.schema, { side: 'out', place })
  }
}

function compareMediaTypes(
  base: OpenApiResponse,
  head: OpenApiResponse,
  { changes, place }: OperationDiff,
): void {
  const [was, is] = [byMediaType(base.content), byMediaType(head.content)]
  for (const type of was.keys()) {
    if (!is.has(type)) changes.breaking('media-type-removed', place, `It is no longer sent as ${type}.`)
  }
  for (const type of is.keys()) {
    if (!was.has(type)) changes.harmless('media-type-added', place, `It is now also sent as ${type}.`)
  }
}

interface CodedError {
  readonly status: string
  readonly details: JsonSchema | undefined
}

/** The errors of an operation by code. */
function errorsOf(
  document: OpenApiDocument,
  { responses }: ResolvedOperation,
): ReadonlyMap<string, CodedError> {
  const errors = new Map<string, CodedError>()
  for (const [status, response] of Object.entries(responses)) {
    const details = detailsByCode(document, response)
    for (const code of response['x-error-codes'] ?? details.keys())
      errors.set(code, { status, details: details.get(code) })
  }
  return errors
}

/** Documents of other tools have no list of codes; their constants are read. */
function detailsByCode(
  document: OpenApiDocument,
  { content = {} }: OpenApiResponse,
): ReadonlyMap<string, JsonSchema | undefined> {
  const found = new Map<string, JsonSchema | undefined>()
  const visit = (schema: JsonSchema | undefined): void => {
    const { oneOf, anyOf, properties } = resolveSchema(document, schema)
    for (const branch of [oneOf, anyOf].flatMap((list) =>
      Array.isArray(list) ? (list as JsonSchema[]) : [],
    ))
      visit(branch)
    const { code, details } = isRecord(properties) ? properties : {}
    if (code === undefined) return
    const { enum: values } = resolveSchema(document, code as JsonSchema)
    for (const value of Array.isArray(values) ? (values as unknown[]) : []) {
      if (typeof value === 'string') found.set(value, details as JsonSchema | undefined)
    }
  }
  for (const media of Object.values(content)) visit(media.schema)
  return found
}

function compareErrors(
  was: ReadonlyMap<string, CodedError>,
  is: ReadonlyMap<string, CodedError>,
  { schemas, changes, place }: OperationDiff,
): void {
  for (const [code, error] of was) {
    const other = is.get(code)
    if (other === undefined) removeError(code, { changes, place })
    else if (other.status !== error.status) {
      changes.breaking(
        'error-status-changed',
        place,
        `The error ${code} came with status ${error.status}, now with ${other.status}.`,
      )
    } else
      schemas.compare(error.details, other.details, {
        side: 'out',
        place: `${place}, error ${code}, details`,
      })
  }
  for (const [code, { status }] of is) {
    if (!was.has(code))
      changes.harmless('error-added', place, `It may now answer ${status} with the error ${code}.`)
  }
}

/** The framework's own errors follow from the input and the access of a route; clients are not written for one of them. */
const OF_FRAMEWORK =
  /^ERR_CORE_(?:VALIDATION|BAD_REQUEST|PATH_\w+|JSON_\w+|UNAUTHORIZED|FORBIDDEN|NOT_ACCEPTABLE|BODY_TOO_LARGE|URI_TOO_LONG|UNSUPPORTED_MEDIA_TYPE|HEADERS_TOO_LARGE|GATEWAY_TIMEOUT)$/

/** A removed error does not break clients; code that handles it never runs. */
function removeError(code: string, { changes, place }: Pick<OperationDiff, 'changes' | 'place'>): void {
  const message = `It no longer answers with the error ${code}.`
  if (OF_FRAMEWORK.test(code)) changes.harmless('error-removed', place, message)
  else changes.warning('error-removed', place, message)
}

/** Errors without codes, as in documents of other tools, are compared by status. */
function compareUncoded(base: ResolvedOperation, head: ResolvedOperation, diff: OperationDiff): void {
  const [was, is] = [failures(base), failures(head)]
  for (const [status, response] of was) {
    const other = is.get(status)
    const place = `${diff.place}, response ${status}`
    const isCoded = [response, other].some((one) => one !== undefined && hasCodes(diff.pair, one))
    if (other === undefined) {
      if (!isCoded) diff.changes.warning('status-removed', diff.place, `It no longer declares ${status}.`)
    } else if (isCoded) compareMediaTypes(response, other, { ...diff, place })
    else compareContent(response, other, { ...diff, place })
  }
  for (const [status, response] of is) {
    if (!was.has(status) && !hasCodes(diff.pair, response))
      diff.changes.harmless('status-added', diff.place, `It now also declares ${status}.`)
  }
}

function failures({ responses }: ResolvedOperation): Responses {
  return new Map(Object.entries(responses).filter(([status]) => !/^[23]/.test(status)))
}

function hasCodes({ base, head }: DocumentPair, response: OpenApiResponse): boolean {
  return (
    response['x-error-codes'] !== undefined ||
    [base, head].some((document) => detailsByCode(document, response).size > 0)
  )
}

function compareHeaders(
  base: ResolvedOperation,
  head: ResolvedOperation,
  { schemas, changes, place }: OperationDiff,
): void {
  for (const [status, response] of Object.entries(base.responses)) {
    const other = head.responses[status]
    if (other === undefined) continue
    const [was, is] = [byLowerName(response), byLowerName(other)]
    const at = `${place}, response ${status}`
    for (const [name, header] of was) {
      const twin = is.get(name)
      if (twin === undefined) {
        changes.breaking('header-removed', at, `It no longer has the header ${name}.`)
        continue
      }
      const mayMiss = header.required === true && twin.required !== true
      if (mayMiss) changes.breaking('header-optional', at, `Its header ${name} may now be missing.`)
      schemas.compare(header.schema, twin.schema, { side: 'out', place: `${at}, header ${name}` })
    }
    for (const name of is.keys())
      if (!was.has(name)) changes.harmless('header-added', at, `It now has the header ${name}.`)
  }
}

type Headers = ReadonlyMap<string, OpenApiHeader>

/** References were followed before. */
function byLowerName({ headers = {} }: OpenApiResponse): Headers {
  return new Map(
    Object.entries(headers).map(([name, header]) => [name.toLowerCase(), header as OpenApiHeader]),
  )
}
