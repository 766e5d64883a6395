import { bodiesOf, isRecord, isToken, type JsonSchemaObject, type RoutePlan } from '@keelson/core/spi'
import type { ContractCase } from './contract-shape.ts'

/** A request that is ready to be sent. */
export interface ContractRequest {
  readonly method: string
  /** Path and query, percent-encoded. */
  readonly target: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Uint8Array<ArrayBuffer> | undefined
}

/** Writes a case as a request, or returns `undefined` where a URL cannot hold its params. */
export function toContractRequest(plan: RoutePlan, input: ContractCase): ContractRequest | undefined {
  const path = toPath(plan, input.params)
  if (path === undefined) return undefined
  const query = toQuery(input.query)
  const isHead = input.isHead && plan.flat.route.method === 'GET'
  const method = isHead ? 'HEAD' : plan.flat.route.method
  const headers = toHeaders(input)
  const isBodiless = method === 'GET' || method === 'HEAD'
  const body = isBodiless ? undefined : (input.raw?.content ?? toContent(plan, input) ?? rawText(plan))
  if (body !== undefined) headers['content-type'] = input.raw?.type ?? mediaTypeOf(plan, input.format)
  return { method, path, target: path + query, headers, body }
}

function toPath({ pattern }: RoutePlan, params: unknown): string | undefined {
  const values = isRecord(params) ? params : {}
  const parts: string[] = []
  for (const segment of pattern.slice(1).split('/')) {
    const isWild = segment.startsWith('*')
    if (!segment.startsWith(':') && !isWild) {
      parts.push(/^[\w\-.~!$&'()+,;=:@%]*$/.test(segment) ? segment : encodeURIComponent(segment))
      continue
    }
    const takesEmpty = segment.endsWith('?')
    const text = toText(values[takesEmpty ? segment.slice(1, -1) : segment.slice(1)])
    // A URL without the segment belongs to another route, and the sender of a request resolves dots.
    if (text === undefined || (text === '' && !takesEmpty)) return undefined
    const pieces = isWild ? text.split('/') : [text]
    if (pieces.some((piece) => piece === '.' || piece === '..')) return undefined
    parts.push(pieces.map(encodeURIComponent).join('/'))
  }
  return `/${parts.join('/')}`
}

function toQuery(query: unknown): string {
  const pairs = Object.entries(isRecord(query) ? query : {}).flatMap(([name, value]) =>
    (Array.isArray(value) ? (value as unknown[]) : [value]).flatMap((item) => {
      const text = toText(item)
      return text === undefined ? [] : [`${encodeURIComponent(name)}=${encodeURIComponent(text)}`]
    }),
  )
  return pairs.length === 0 ? '' : `?${pairs.join('&')}`
}

function toHeaders({ headers, cookies }: ContractCase): Record<string, string> {
  const written: Record<string, string> = {}
  for (const [name, value] of entriesOf(headers)) {
    const text = toFieldValue(value)
    if (text !== '' && isToken(name)) written[name.toLowerCase()] = text
  }
  const pairs = entriesOf(cookies).map(
    ([name, value]) => `${name}=${encodeURIComponent(toText(value) ?? '')}`,
  )
  if (pairs.length > 0) written['cookie'] = pairs.join('; ')
  return written
}

function entriesOf(value: unknown): [string, unknown][] {
  return Object.entries(isRecord(value) ? value : ({} as JsonSchemaObject))
}

/** What a header can hold (RFC 9110 §5.5); the rest is omitted. */
function toFieldValue(value: unknown): string {
  const list = Array.isArray(value) ? (value as unknown[]) : [value]
  return list
    .map((item) => (toText(item) ?? '').replaceAll(/[^\x20-\x7e]/g, ''))
    .join(', ')
    .trim()
}

/** A value in a format of the route; `undefined` where the format does not say how it is written. */
function toContent(
  { flat }: RoutePlan,
  { body, format }: ContractCase,
): string | Uint8Array<ArrayBuffer> | undefined {
  if (body === undefined) return undefined
  const { kind = 'json', write } = bodiesOf(flat.route.options)[format] ?? {}
  if (kind === 'json') return toJson(body)
  if (kind === 'form') return toQuery(body).slice(1)
  if (kind === 'bodyFormat' && write !== undefined) return tryWrite(write, body)
  // As an arranged case may give them.
  return body instanceof Uint8Array ? new Uint8Array(body) : (toText(body) ?? '')
}

/** What is broken on purpose may be nothing that can be written. */
function tryWrite(
  write: (value: never) => string | Uint8Array,
  value: unknown,
): string | Uint8Array<ArrayBuffer> | undefined {
  try {
    const written = write(value as never)
    return typeof written === 'string' ? written : new Uint8Array(written)
  } catch {
    return undefined
  }
}

/** Body for a handler that reads the bytes itself: required, and of no declared shape. */
function rawText(plan: RoutePlan): string | undefined {
  const { body, consumes } = plan.flat.route.options
  return body === undefined && consumes !== undefined ? '{}' : undefined
}

/** JSON has `-0`, which `JSON.stringify` writes as `0`. */
function toJson(value: unknown): string {
  const { rawJSON } = JSON as unknown as { rawJSON(text: string): unknown }
  return JSON.stringify(value, (_, member: unknown) => (Object.is(member, -0) ? rawJSON('-0') : member))
}

function mediaTypeOf({ flat }: RoutePlan, format: number): string {
  const { options } = flat.route
  const type = bodiesOf(options)[format]?.mediaTypes[0] ?? options.consumes?.[0]
  return type === undefined || type.startsWith('*') ? 'application/json' : type.replace('*', 'x-any')
}

function toText(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined
  // A lone surrogate has no bytes in UTF-8.
  return typeof value === 'object'
    ? JSON.stringify(value)
    : String(value as string).replaceAll(/\p{Surrogate}/gu, '\ufffd')
}
