// On the request path of calls within the process: what the caller gets for an outcome, the same as a typed client.
import { essenceOf, isJson, type DescribedError } from '../../errors/index.ts'
import type { PipelineOutcome } from '../../operation/index.ts'
import type { ResponseHeaders } from '../../route/index.ts'
import type { InvokeResult } from './contract.ts'
import type { CallTarget } from './call-plans.ts'

/** A result of any route. */
export type AnyResult = InvokeResult<{ 200: unknown }, unknown>

/** Header values by name; a list where a name has several lines. */
export function toRecord({ flat }: ResponseHeaders): Record<string, string | string[]> {
  const values = new Map<string, string | string[]>()
  for (let at = 0; at < flat.length; at += 2) {
    const [name = '', value = ''] = [flat[at], flat[at + 1]]
    const before = values.get(name)
    values.set(name, before === undefined ? value : [before, value].flat())
  }
  return Object.fromEntries(values)
}

/** The result of a call that ended without an error; `UNEXPECTED` for a status that its route does not declare. */
export function toResult(target: CallTarget, outcome: PipelineOutcome, data: unknown): AnyResult {
  const { status } = outcome
  const headers = toRecord(outcome.headers)
  if (target.isDeclared(status)) {
    return status < 300
      ? { ok: true, status: status as 200, data, headers }
      : ({ ok: false, status, data, headers } as never)
  }
  const message = `${target.name}: status ${status} is not declared.`
  const error = { code: 'UNEXPECTED', serverCode: undefined, message, details: data, requestId: undefined }
  return { ok: false, status, error, headers }
}

/** The result of a call that ended with an error. */
export function toFailure(
  target: CallTarget,
  described: DescribedError,
  { headers, requestId }: { readonly headers: AnyResult['headers']; readonly requestId: string },
): AnyResult {
  const { code, status, title, detail, details, errors } = described
  const given = details ?? errors
  const error = target.codes.has(code)
    ? { code, status, title, detail, details: given, requestId }
    : {
        code: 'UNEXPECTED',
        serverCode: code,
        message: `${target.name}: ${detail ?? title}`,
        details: given,
        requestId,
      }
  return { ok: false, status, error, headers }
}

const STREAM_TYPE = /^(text\/event-stream|application\/(x-)?(ndjson|jsonl))$/
const TEXT_TYPE = /^text\/|charset=|[/+](xml|yaml|javascript|x-www-form-urlencoded)\b/i

/** Whether the caller gets the stream itself; otherwise its media type says that it is one value. */
export function isHandedOn(headers: ResponseHeaders): boolean {
  const type = headers.get('content-type')
  return type === undefined || STREAM_TYPE.test(essenceOf(type))
}

/** A text or bytes as the value that the media type says. */
export function toReceived(value: string | Uint8Array, headers: ResponseHeaders, wasJson: boolean): unknown {
  const type = headers.get('content-type')
  if (type === undefined && !wasJson) return value
  if (type === undefined || isJson(type)) return JSON.parse(toText(value)) as unknown
  if (TEXT_TYPE.test(type)) return toText(value)
  return typeof value === 'string' ? new TextEncoder().encode(value) : value
}

function toText(value: string | Uint8Array): string {
  return typeof value === 'string' ? value : new TextDecoder().decode(value)
}
