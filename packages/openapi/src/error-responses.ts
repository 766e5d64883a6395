import { STATUS_CODES } from './reason-phrases.ts'
import { essenceOf } from '@keelson/contract'
import type { ErrorFormat, SchemaLike } from '@keelson/core'
import {
  formatHas,
  isOfFramework,
  isRecord,
  wireStatusOf,
  type JsonSchema,
  type RouteError,
} from '@keelson/core/spi'
import type { OpenApiResponse } from './contract.ts'
import type { Describer } from './describer.ts'
import type { ResponseNames } from './response-registry.ts'

/** An answer with its status on the wire. */
export interface ErrorAnswer extends ResponseNames {
  readonly status: string
  readonly response: OpenApiResponse
}

/** Describes errors in the wire format of a route. */
export class ErrorWriter {
  readonly #describer: Describer
  readonly #formats: ErrorFormat[] = []
  readonly #namedFormats = new Set<number>()
  readonly #written = new Map<string, RouteError>()

  constructor(describer: Describer) {
    this.#describer = describer
  }

  /** The answer of every route for errors that it does not declare. */
  unexpected(format: ErrorFormat): ErrorAnswer {
    const content = contentOf(format, this.#formatSchema(format))
    const response = { description: 'Any other error.', content }
    return { status: 'default', response, wanted: 'AnyOtherError', isOfFramework: true }
  }

  /** The errors of a route by status, in ascending order. */
  answers(problems: readonly RouteError[], format: ErrorFormat, place: string): ErrorAnswer[] {
    const byStatus = new Map<number, RouteError[]>()
    for (const problem of problems) {
      const status = wireStatusOf(problem, format)
      byStatus.set(status, [...(byStatus.get(status) ?? []), problem])
    }
    const statuses = [...byStatus.keys()].sort((a, b) => a - b)
    return statuses.map((status) => {
      const here = byStatus.get(status) ?? []
      return {
        status: String(status),
        response: this.#response(here, format, place),
        ...responseNames(here, status),
      }
    })
  }

  #response(problems: readonly RouteError[], format: ErrorFormat, place: string): OpenApiResponse {
    const codes = problems.flatMap((one) => one.codes).sort()
    const schemas = formatHas(format, 'code')
      ? problems.map((one) => this.#problemSchema(one, format, place))
      : [this.#formatSchema(format)]
    const schema = schemas.length === 1 ? (schemas[0] as JsonSchema) : { oneOf: schemas }
    const headers = Object.assign({}, ...problems.map((one) => one.headers ?? {})) as Record<string, string>
    return {
      description: problems.map((one) => sentenceOf(one, formatHas(format, 'code'))).join(' '),
      ...(Object.keys(headers).length === 0 ? {} : { headers: toHeaders(headers) }),
      content: contentOf(format, schema),
      'x-error-codes': codes,
    }
  }

  /** One component for each error and format. */
  #problemSchema(problem: RouteError, format: ErrorFormat, place: string): JsonSchema {
    const { name, codes, title } = problem
    const id = `problem:${this.#formatIndex(format)}:${name}`
    const known = this.#written.get(id)
    // Usually the same definition; another one of the same code is compared with the first.
    if (known !== undefined && isSame(known, problem))
      return this.#describer.writer.components.placeholder(id, 'out')
    if (known === undefined) this.#written.set(id, problem)
    return this.#describer.writer.components.reference({
      id,
      wanted: name,
      isMadeUp: true,
      side: 'out',
      place: `${place}, error ${codes[0] ?? ''}`,
      write: () => ({
        description: title,
        allOf: [this.#formatSchema(format), this.#narrowed(problem, format, place)],
      }),
    })
  }

  #narrowed(
    { codes, status, detailsSchema, errorsSchema, name }: RouteError,
    format: ErrorFormat,
    place: string,
  ): JsonSchema {
    const properties: Record<string, JsonSchema> = {
      code: codes.length === 1 ? { type: 'string', const: codes[0] } : { type: 'string', enum: codes },
    }
    if (formatHas(format, 'status')) properties['status'] = { type: 'integer', const: status }
    const subject = { side: 'out' as const, place: `${place}, error ${name}`, hint: `${name}_Details` }
    if (errorsSchema !== undefined && formatHas(format, 'errors'))
      properties['errors'] = this.#describer.describePlain(errorsSchema, subject)
    if (detailsSchema !== undefined && formatHas(format, 'details')) {
      properties['details'] = this.#describer.describe(detailsSchema as SchemaLike, subject)
    }
    return { type: 'object', required: Object.keys(properties), properties }
  }

  #formatSchema(format: ErrorFormat): JsonSchema {
    const subject = { side: 'out' as const, place: 'errorFormat', hint: 'Error' }
    const { schema } = format
    const at = this.#formatIndex(format)
    if (isRecord(schema) && typeof schema['$id'] !== 'string') {
      const write = (): JsonSchema => this.#describer.describePlain(schema, subject)
      if (this.#namedFormats.has(at))
        return this.#describer.writer.components.placeholder(`format:${at}`, 'out')
      this.#namedFormats.add(at)
      return this.#describer.writer.components.reference({
        id: `format:${at}`,
        wanted: 'Error',
        isMadeUp: true,
        side: 'out',
        place: 'errorFormat',
        write,
      })
    }
    return this.#describer.describePlain(schema, subject)
  }

  /** Formats with the same body are one. */
  #formatIndex(format: ErrorFormat): number {
    const known = this.#formats.findIndex((one) => one.schema === format.schema)
    return known === -1 ? this.#formats.push(format) - 1 : known
  }
}

/** Most errors in the name of a response. */
const MAX_NAMED = 3

/** Named by its errors, so that the name of a response does not depend on other responses. */
function responseNames(problems: readonly RouteError[], wireStatus: number): ResponseNames {
  // A format that changes statuses makes one answer of many errors: none of them says what it is.
  if (problems.some(({ status }) => status !== wireStatus))
    return { wanted: toWord(STATUS_CODES[wireStatus] ?? `Status ${wireStatus}`), isOfFramework: true }
  const own = problems.filter((one) => !isOfFramework(one))
  const names = problems.map((one) => (isOfFramework(one) ? toWord(one.title) : one.name))
  const wanted =
    own.length === 0
      ? (names.at(-1) as string)
      : names.slice(0, MAX_NAMED).join('-') + (names.length > MAX_NAMED ? '-etc' : '')
  return { wanted, isOfFramework: own.length === 0 }
}

/** `URI Too Long` to `UriTooLong`. */
function toWord(title: string): string {
  return title.replaceAll(
    /[^A-Za-z\d]*([A-Za-z\d])([A-Za-z\d]*)/g,
    (_, first: string, rest: string) => first.toUpperCase() + rest.toLowerCase(),
  )
}

function isSame(a: RouteError, b: RouteError): boolean {
  return a.title === b.title && a.status === b.status && a.detailsSchema === b.detailsSchema
}

/** A list of codes is in the schema, if it has a member for them. */
function sentenceOf({ title, codes }: RouteError, isInSchema: boolean): string {
  if (isInSchema && codes.length > 1) return `${title}.`
  return `${title}: ${codes.map((code) => `\`${code}\``).join(', ')}.`
}

/** Headers of each error of a format: of one with alternatives, the client chooses. */
export function formatHeaders({ alternatives }: ErrorFormat): { readonly [name: string]: string } {
  return alternatives.length === 0 ? {} : { vary: 'Depends on `accept`.' }
}

/** Response headers with a sentence each. */
export function toHeaders(headers: {
  readonly [name: string]: string
}): NonNullable<OpenApiResponse['headers']> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, description]) => [name, { description, schema: { type: 'string' } }]),
  )
}

/** What an error is sent as: the format itself, and its alternatives as text. */
function contentOf(
  { mediaType, alternatives }: ErrorFormat,
  schema: JsonSchema,
): NonNullable<OpenApiResponse['content']> {
  const others = alternatives.map((one) => [essenceOf(one.mediaType), { schema: { type: 'string' } }])
  return { [essenceOf(mediaType)]: { schema }, ...(Object.fromEntries(others) as object) }
}
