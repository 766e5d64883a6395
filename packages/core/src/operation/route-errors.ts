import {
  GatewayTimeoutError,
  HeaderFieldsTooLargeError,
  MALFORMED_JSON_CODES,
  NotAcceptableError,
  ContentTooLargeError,
  UnsupportedMediaTypeError,
  UpgradeRequiredError,
  UriTooLongError,
  ValidationError,
  type DetailsSchema,
  type ErrorDefinition,
} from '../errors/index.ts'
import {
  bodiesOf,
  impliedErrors,
  MALFORMED_CODES,
  responsesOf,
  type AnyRouteOptions,
  type JsonSettings,
} from '../route/index.ts'
import type { JsonSchemaObject } from '../schema/index.ts'
import type { RoutePlan } from './plan.ts'

/** An error that a route may answer with; several codes if they differ in nothing else. */
export interface RouteError {
  /** Name of its component. */
  readonly name: string
  readonly codes: readonly string[]
  readonly status: number
  readonly title: string
  /** Schema of `details`, of any library. */
  readonly detailsSchema?: DetailsSchema | undefined
  /** Schema of `errors`. */
  readonly errorsSchema?: JsonSchemaObject
  /** Names of headers that come with it, with a sentence each. */
  readonly headers?: { readonly [name: string]: string }
}

/** A violation of a schema, as `errors` lists it. */
const VIOLATION = {
  $id: 'Violation',
  type: 'object',
  description: 'One thing that is wrong with the input, and where.',
  required: ['in', 'pointer', 'code', 'message'],
  properties: {
    in: { type: 'string', enum: ['params', 'query', 'headers', 'cookies', 'body'] },
    pointer: {
      type: 'string',
      description: "JSON Pointer (RFC 6901) to the invalid member; '' is the whole value.",
    },
    code: {
      type: 'string',
      description: 'What is wrong, for programs: mostly the schema keyword that was violated.',
    },
    message: { type: 'string', description: 'What is wrong, for people.' },
    limit: { type: ['number', 'string'], description: 'The bound that does not hold.' },
    type: {
      type: ['string', 'array'],
      items: { type: 'string' },
      description: 'The JSON type that the schema wants, or a list of which any is accepted.',
    },
    format: { type: 'string' },
    pattern: { type: 'string' },
    allowed: { type: 'array', items: {}, description: 'Values that are allowed.' },
    multipleOf: { type: ['number', 'string'] },
    property: { type: 'string', description: 'The property that requires this one.' },
    position: { type: 'integer', minimum: 0, description: 'Where a text cannot be read, zero-based.' },
  },
}

const VALIDATION: RouteError = {
  name: ValidationError.code,
  codes: [ValidationError.code],
  status: 400,
  title: 'Validation failed',
  errorsSchema: { type: 'array', items: VIOLATION },
}

/** What is malformed before any schema is applied. */
const MALFORMED: RouteError = {
  name: 'MalformedRequest',
  codes: MALFORMED_CODES,
  status: 400,
  title: 'Malformed request',
}

const DUPLICATE_NAME = 'ERR_CORE_JSON_DUPLICATE_NAME'

const MALFORMED_JSON: RouteError = {
  name: 'MalformedJson',
  codes: MALFORMED_JSON_CODES.filter((code) => code !== DUPLICATE_NAME),
  status: 400,
  title: 'Malformed JSON',
  errorsSchema: { type: 'array', items: VIOLATION },
}

/** Where `json` says that repeated names are refused. */
const REPEATED_NAME: RouteError = { ...MALFORMED_JSON, name: DUPLICATE_NAME, codes: [DUPLICATE_NAME] }

/** Headers that errors of a status carry (RFC 9110 §11.6.1, §12.5.1, §10.2.3). */
const HEADERS: Readonly<Record<number, { readonly [name: string]: string }>> = {
  401: { 'www-authenticate': 'How to authenticate (RFC 9110 §11.6.1).' },
  415: { accept: 'Media types that are read (RFC 9110 §15.5.16).' },
  426: { upgrade: 'The protocol to ask for (RFC 9110 §15.5.22).' },
  429: { 'retry-after': 'Seconds after which to try again.' },
  503: { 'retry-after': 'Seconds after which to try again.' },
}

/** Every error that a route may answer with: declared, described by its middleware, and the framework's own. */
export function routeErrorsOf({ flat, chain, paramNames, deadlineMs, json }: RoutePlan): RouteError[] {
  const { options } = flat.route
  const { params, query, headers, cookies, body, upgrades, errors = [] } = options
  const isChecked = [params, query, headers, cookies, body].some((one) => one !== undefined)
  const hasContent = responsesOf(options).some(([, content]) => content !== null)
  const found: RouteError[] = [
    ...(isChecked ? [VALIDATION] : []),
    ...(isChecked || paramNames.length > 0 ? [MALFORMED] : []),
    ...bodyErrors(options, json),
    ...impliedErrors(chain).map(fromDefinition),
    ...(hasContent ? [fromDefinition(NotAcceptableError)] : []),
    ...(upgrades === undefined ? [] : [fromDefinition(UpgradeRequiredError)]),
    fromDefinition(UriTooLongError),
    fromDefinition(HeaderFieldsTooLargeError),
    ...(deadlineMs > 0 ? [fromDefinition(GatewayTimeoutError)] : []),
    ...[...errors, ...chain.flatMap((one) => one.describe.errors ?? [])].map(fromDefinition),
  ]
  return [...new Map(found.map((one) => [one.name, one])).values()]
}

function bodyErrors(options: AnyRouteOptions, { duplicates }: JsonSettings): RouteError[] {
  if (options.body === undefined && options.consumes === undefined) return []
  const refused = [ContentTooLargeError, UnsupportedMediaTypeError].map(fromDefinition)
  const isJson = bodiesOf(options).some(({ kind }) => kind === 'json')
  const malformed = duplicates === 'refuse' ? [MALFORMED_JSON, REPEATED_NAME] : [MALFORMED_JSON]
  // A body that the handler reads itself must be there.
  return [...refused, VALIDATION, ...(isJson ? malformed : [])]
}

/** Whether an error is the framework's own, and so the same in every document. */
export function isOfFramework({ codes }: RouteError): boolean {
  return codes.every((code) => code.startsWith('ERR_CORE_'))
}

function fromDefinition({ code, status, title, detailsSchema }: ErrorDefinition): RouteError {
  const headers = HEADERS[status]
  return {
    name: code,
    codes: [code],
    status,
    title,
    detailsSchema,
    ...(headers === undefined ? {} : { headers }),
  }
}
