// The responses of a route come from the catalogue that its OpenAPI document is written from, so that the two agree.
import { essenceOf } from '@keelson/contract'
import {
  GatewayTimeoutError,
  ResponseValidationError,
  SetupError,
  t,
  type Content,
  type ResponseHeaders,
  type SchemaLike,
} from '@keelson/core'
import {
  compileHeaders,
  compileResponse,
  formatHas,
  isContent,
  isNothing,
  isOptional,
  isRecord,
  isTypeBoxSchema,
  mayBeNothing,
  responsesOf,
  routeErrorsOf,
  wireStatusOf,
  type DeclaredResponse,
  type HeaderGuard,
  type ResponseGuard,
  type RouteError,
  type RoutePlan,
} from '@keelson/core/spi'
import { Credentials } from './contract-credentials.ts'
import type { ContractRequest } from './contract-request.ts'

/** A response as it came. */
export interface ContractAnswer {
  readonly status: number
  readonly contentType: string
  readonly headers: ResponseHeaders
  /** `undefined` where it was not read: a stream, or a body that the route does not declare. */
  readonly text: string | undefined
}

/** The responses that a route declares. */
export class ContractRules {
  readonly #bodies: ReadonlyMap<number, BodyRule> | undefined
  /** Statuses whose bodies are declared by their media type: they may be endless, and are not read. */
  readonly #contents: ReadonlySet<number>
  readonly #headers: ReadonlyMap<number, HeaderGuard>
  readonly #errors: ByStatus
  readonly #details: ReadonlyMap<string, DetailsRule>
  readonly #plan: RoutePlan
  readonly #credentials: Credentials
  readonly #timeoutStatus: number

  constructor(plan: RoutePlan) {
    this.#plan = plan
    this.#credentials = new Credentials(plan)
    this.#timeoutStatus = wireStatusOf(TIMEOUT, plan.errorFormat)
    const { options } = plan.flat.route
    const declared = responsesOf(options)
    this.#bodies = options.response === undefined ? undefined : bodyRules(declared, plan.flat.place)
    this.#contents = new Set(declared.flatMap(([status, body]) => (isContent(body) ? [Number(status)] : [])))
    this.#headers = headerRules(declared, plan.flat.place)
    const problems = routeErrorsOf(plan)
    this.#errors = byStatus(problems, plan)
    this.#details = formatHas(plan.errorFormat, 'details')
      ? detailsRules(problems, plan.flat.place)
      : new Map()
  }

  /** Whether the body of a response has to be read. */
  needsBody(status: number): boolean {
    return status >= 400 || (this.#bodies !== undefined && !this.#contents.has(status))
  }

  /** Whether the deadline of the route ended it. */
  isTimeout({ status, text = '' }: ContractAnswer): boolean {
    if (status !== this.#timeoutStatus) return false
    if (!formatHas(this.#plan.errorFormat, 'code')) return true
    const body = tryParse(text)
    return isRecord(body) && body['code'] === TIMEOUT.codes[0]
  }

  /** The request without its credentials, where the route declares that it demands some. */
  withoutCredentials(request: ContractRequest): ContractRequest | undefined {
    return this.#credentials.isDemanded ? this.#credentials.without(request) : undefined
  }

  /** Why a response is not one that the route declares, or `undefined`. */
  faultOf(request: ContractRequest, answer: ContractAnswer): string | undefined {
    return this.#faultOfAccess(request, answer) ?? this.#faultOfAnswer(request, answer)
  }

  #faultOfAccess(request: ContractRequest, { status }: ContractAnswer): string | undefined {
    const isSuccess = status >= 200 && status < 300
    if (!isSuccess || !this.#credentials.isDemanded || this.#credentials.areIn(request)) return undefined
    return `it declares that it demands ${this.#credentials.names}, and answers ${status} without`
  }

  #faultOfAnswer(request: ContractRequest, answer: ContractAnswer): string | undefined {
    const { status } = answer
    const rule = this.#bodies?.get(status)
    // HEAD is answered as GET is, without the body (RFC 9110 §9.3.2).
    const isBare = request.method === 'HEAD'
    if (rule !== undefined) {
      if (this.#errors.has(status)) return undefined
      return (isBare ? undefined : rule(answer)) ?? this.#faultOfHeaders(answer)
    }
    if (this.#isFree(status)) return undefined
    const problems = this.#errors.get(status)
    if (problems !== undefined) return isBare ? undefined : this.#faultOfError(answer, problems)
    const declared = [...new Set([...(this.#bodies?.keys() ?? ['2xx']), ...this.#errors.keys()])]
      .map(String)
      .sort()
      .join(', ')
    return `status ${status} is not declared; the route declares ${declared}`
  }

  /** Whether only the status is declared: the route has no `response`, or a middleware describes the status. */
  #isFree(status: number): boolean {
    if (this.#bodies === undefined && status < 400) return true
    return this.#plan.descriptions.some((one) => one.responses?.[status] !== undefined)
  }

  #faultOfHeaders({ status, headers }: ContractAnswer): string | undefined {
    try {
      this.#headers.get(status)?.check(headers)
      return undefined
    } catch (error) {
      if (!ResponseValidationError.is(error)) throw error
      const found = error.violations.map(({ pointer, message }) => `${pointer.slice(1)} ${message}`)
      return `its headers are not those that are declared: ${found.join('; ')}`
    }
  }

  /** An error must have the wire format of the route, and a code that is declared for its status. */
  #faultOfError(
    { status, contentType, text = '' }: ContractAnswer,
    problems: readonly RouteError[],
  ): string | undefined {
    const { errorFormat } = this.#plan
    const isAlternative = errorFormat.alternatives.some(
      (one) => essenceOf(one.mediaType) === essenceOf(contentType),
    )
    if (isAlternative) return undefined
    if (essenceOf(contentType) !== essenceOf(errorFormat.mediaType))
      return `its error is declared to be ${errorFormat.mediaType}, and its content type is '${contentType}'`
    if (!formatHas(errorFormat, 'code')) return undefined
    const body = tryParse(text)
    const { code, details } = isRecord(body) ? body : {}
    const codes = problems.flatMap((one) => one.codes)
    if (typeof code === 'string' && codes.includes(code)) return this.#details.get(code)?.(details)
    return `the error code ${String(code)} is not declared for status ${status}; the route declares ${codes.join(', ')}`
  }
}

const TIMEOUT: RouteError = {
  name: GatewayTimeoutError.code,
  codes: [GatewayTimeoutError.code],
  status: GatewayTimeoutError.status,
  title: GatewayTimeoutError.title,
}

type ByStatus = ReadonlyMap<number, readonly RouteError[]>

/** Errors by their status on the wire. */
function byStatus(problems: readonly RouteError[], { errorFormat }: RoutePlan): ByStatus {
  const found = new Map<number, RouteError[]>()
  for (const problem of problems) {
    const status = wireStatusOf(problem, errorFormat)
    found.set(status, [...(found.get(status) ?? []), problem])
  }
  return found
}

function tryParse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

type BodyRule = (answer: ContractAnswer) => string | undefined

function bodyRules(declared: readonly DeclaredResponse[], place: string): Map<number, BodyRule> {
  return new Map(declared.map(([status, body]) => [Number(status), bodyRule(body, `${place}, ${status}`)]))
}

function headerRules(declared: readonly DeclaredResponse[], place: string): Map<number, HeaderGuard> {
  const rules = declared.flatMap(([status, , shape]) =>
    shape === undefined ? [] : [[Number(status), compileHeaders(shape, `${place}, ${status}`)] as const],
  )
  return new Map(rules)
}

/** @returns why the media type of a response is not declared */
function contentRule({ essences }: Content): BodyRule {
  return ({ contentType }) =>
    essences.includes(essenceOf(contentType))
      ? undefined
      : `its body is declared to be ${essences.join(', ')}, and its content type is '${contentType}'`
}

function bodyRule(schema: SchemaLike | null, where: string): BodyRule {
  if (schema === null || isNothing(schema)) {
    return ({ text = '' }) => (text === '' ? undefined : 'it has a body, and the route declares none')
  }
  if (isContent(schema)) return contentRule(schema)
  const rule = valueRule(schema, where, 'its body has')
  const isOptional = mayBeNothing(schema)
  return ({ text = '', contentType }) => {
    if (isOptional && text === '') return undefined
    if (!/^application\/(?:[\w.-]+\+)?json\b/.test(contentType))
      return `its body is declared to be JSON, and its content type is '${contentType}'`
    let value: unknown
    try {
      value = JSON.parse(text)
    } catch {
      return 'its body is not JSON'
    }
    return rule(value)
  }
}

/** Tells why a part of a response does not match its schema. */
function valueRule(
  schema: SchemaLike,
  where: string,
  subject: string,
): (value: unknown) => string | undefined {
  const undeclared: string[] = []
  const guard = wireGuard(schema, where, (pointers) => undeclared.push(...pointers))
  return (value) => {
    undeclared.length = 0
    const why = tryCheck(guard, value, subject)
    if (why !== undefined || undeclared.length === 0) return why
    return `${subject} what ${subject.endsWith('have') ? 'their' : 'its'} schema does not declare: ${undeclared.join(', ')}`
  }
}

function tryCheck(guard: ResponseGuard | undefined, value: unknown, subject: string): string | undefined {
  try {
    guard?.check(value)
    return undefined
  } catch (error) {
    if (!ResponseValidationError.is(error)) throw error
    const isPlural = subject.endsWith('have')
    return `${subject.replace(/ha(?:s|ve)$/, isPlural ? 'are' : 'is')} outside ${isPlural ? 'their' : 'its'} schema. ${error.message}`
  }
}

type DetailsRule = (details: unknown) => string | undefined

/** By code: checks of the details of an error against its definition. */
function detailsRules(problems: readonly RouteError[], place: string): Map<string, DetailsRule> {
  const rules = new Map<string, DetailsRule>()
  for (const { codes, detailsSchema } of problems) {
    if (detailsSchema === undefined) continue
    const [code = ''] = codes
    const rule = valueRule(
      detailsSchema as SchemaLike,
      `${place}, error ${code}`,
      `the details of ${code} have`,
    )
    rules.set(code, (details) =>
      details === undefined && isOptional(detailsSchema) ? undefined : rule(details),
    )
  }
  return rules
}

type OnUndeclared = (pointers: readonly string[]) => void

/** A Standard Schema may transform: its output is checked against its JSON Schema, and not transformed again. */
function wireGuard(schema: SchemaLike, where: string, onUndeclared: OnUndeclared): ResponseGuard | undefined {
  const guard = compileResponse(schema, { where, onUndeclared })
  if (isTypeBoxSchema(schema)) return guard
  if (guard.jsonSchema === undefined) return undefined
  try {
    return compileResponse(t.Unsafe(guard.jsonSchema), { where })
  } catch (error) {
    // A keyword or format that the validator does not know: only the library itself can check it.
    if (SetupError.is(error)) return undefined
    throw error
  }
}
