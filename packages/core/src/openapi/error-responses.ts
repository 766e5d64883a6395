import { essenceOf, type ErrorFormat } from '../errors/index.ts'
import { isRecord, type JsonSchema, type SchemaLike } from '../schema/index.ts'
import type { OpenApiResponse } from './contract.ts'
import type { Describer } from './describer.ts'
import { isOfFramework, type DescribedProblem } from './error-catalogue.ts'
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
  readonly #written = new Map<string, DescribedProblem>()

  constructor(describer: Describer) {
    this.#describer = describer
  }

  /** What every route may answer besides what it declares. */
  unexpected(format: ErrorFormat): ErrorAnswer {
    const content = { [essenceOf(format.mediaType)]: { schema: this.#formatSchema(format) } }
    const response = { description: 'Any other error.', content }
    return { status: 'default', response, wanted: 'AnyOtherError', isOfFramework: true }
  }

  /** The errors of a route by status, in ascending order. */
  answers(problems: readonly DescribedProblem[], format: ErrorFormat, place: string): ErrorAnswer[] {
    const byStatus = new Map<number, DescribedProblem[]>()
    for (const problem of problems) {
      const status = wireStatus(problem, format)
      byStatus.set(status, [...(byStatus.get(status) ?? []), problem])
    }
    const statuses = [...byStatus.keys()].sort((a, b) => a - b)
    return statuses.map((status) => {
      const here = byStatus.get(status) ?? []
      return { status: String(status), response: this.#response(here, format, place), ...responseNames(here) }
    })
  }

  #response(problems: readonly DescribedProblem[], format: ErrorFormat, place: string): OpenApiResponse {
    const codes = problems.flatMap((one) => one.codes).sort()
    const schemas = hasCode(format)
      ? problems.map((one) => this.#problemSchema(one, format, place))
      : [this.#formatSchema(format)]
    const schema = schemas.length === 1 ? (schemas[0] as JsonSchema) : { oneOf: schemas }
    const headers = Object.assign({}, ...problems.map((one) => one.headers ?? {})) as Record<string, string>
    return {
      description: problems.map((one) => sentenceOf(one, hasCode(format))).join(' '),
      ...(Object.keys(headers).length === 0 ? {} : { headers: toHeaders(headers) }),
      content: { [essenceOf(format.mediaType)]: { schema } },
      'x-error-codes': codes,
    }
  }

  /** One component for each error and format. */
  #problemSchema(problem: DescribedProblem, format: ErrorFormat, place: string): JsonSchema {
    const { name, codes, title } = problem
    const id = `problem:${this.#formatIndex(format)}:${name}`
    const known = this.#written.get(id)
    // Nearly always it is the same definition; another one of the same code is compared with the first.
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
    { codes, status, detailsSchema, errorsSchema, name }: DescribedProblem,
    format: ErrorFormat,
    place: string,
  ): JsonSchema {
    const properties: Record<string, JsonSchema> = {
      code: codes.length === 1 ? { type: 'string', const: codes[0] } : { type: 'string', enum: codes },
    }
    if (has(format, 'status')) properties['status'] = { type: 'integer', const: status }
    const subject = { side: 'out' as const, place: `${place}, error ${name}`, hint: `${name}_Details` }
    if (errorsSchema !== undefined && has(format, 'errors'))
      properties['errors'] = this.#describer.describePlain(errorsSchema, subject)
    if (detailsSchema !== undefined && has(format, 'details')) {
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

/** Most errors that the name of a response names. */
const MOST_NAMED = 3

/** By its errors, so that the name of a response does not depend on which other responses there are. */
function responseNames(problems: readonly DescribedProblem[]): ResponseNames {
  const own = problems.filter((one) => !isOfFramework(one))
  const names = problems.map((one) => (isOfFramework(one) ? toWord(one.title) : one.name))
  const wanted =
    own.length === 0
      ? (names.at(-1) as string)
      : names.slice(0, MOST_NAMED).join('-') + (names.length > MOST_NAMED ? '-etc' : '')
  return { wanted, isOfFramework: own.length === 0 }
}

/** `URI Too Long` to `UriTooLong`. */
function toWord(title: string): string {
  return title.replaceAll(
    /[^A-Za-z\d]*([A-Za-z\d])([A-Za-z\d]*)/g,
    (_, first: string, rest: string) => first.toUpperCase() + rest.toLowerCase(),
  )
}

function isSame(a: DescribedProblem, b: DescribedProblem): boolean {
  return a.title === b.title && a.status === b.status && a.detailsSchema === b.detailsSchema
}

/** Long lists of codes stand in the schema, where it has a place for them. */
function sentenceOf({ title, codes }: DescribedProblem, isInSchema: boolean): string {
  if (isInSchema && codes.length > 1) return `${title}.`
  return `${title}: ${codes.map((code) => `\`${code}\``).join(', ')}.`
}

/** Response headers with a sentence each. */
export function toHeaders(headers: {
  readonly [name: string]: string
}): NonNullable<OpenApiResponse['headers']> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, description]) => [name, { description, schema: { type: 'string' } }]),
  )
}

/** A format may change the status; one that cannot tell without a real error keeps it. */
export function wireStatus({ status, title, codes }: DescribedProblem, format: ErrorFormat): number {
  try {
    return (
      format.status?.({
        code: codes[0] ?? '',
        status,
        title,
        detail: undefined,
        details: undefined,
        errors: undefined,
      }) ?? status
    )
  } catch {
    return status
  }
}

/** Whether bodies of a format have a member of this name that can be narrowed. */
function has({ schema }: ErrorFormat, name: string): boolean {
  const { properties } = schema as { readonly properties?: unknown }
  return isRecord(properties) && Object.hasOwn(properties, name)
}

/** Whether bodies of a format tell the code of the error. */
export function hasCode(format: ErrorFormat): boolean {
  return has(format, 'code')
}

/** Whether bodies of a format have the details of the error. */
export function hasDetails(format: ErrorFormat): boolean {
  return has(format, 'details')
}
