// On the request path: one outcome is made for every answer.
import { describeThrown, renderError, type DescribedError, type ErrorFormat } from '../errors/index.ts'
import { ResponseHeaders, type Outcome, type Reply } from '../routing/index.ts'

/** The pipeline's own outcome: of one shape, whatever it holds. */
export class PipelineOutcome implements Outcome {
  status: number
  readonly headers: ResponseHeaders
  value: unknown
  /** Whether `value` was checked against a schema and goes out as JSON, a string too. */
  isJson: boolean
  /** Set for a rendered error. */
  readonly described: DescribedError | undefined

  constructor(status: number, value: unknown, isJson: boolean, headers: ResponseHeaders, described?: DescribedError) {
    this.status = status
    this.headers = headers
    this.value = value
    this.isJson = isJson
    this.described = described
  }

  get errorCode(): string | undefined {
    return this.described?.code
  }

  get error(): unknown {
    return this.described?.error
  }
}

/** Copies the headers of a reply. */
export function replyHeaders({ headers }: Reply): ResponseHeaders {
  const list = new ResponseHeaders([])
  if (headers === undefined) return list
  for (const name in headers) {
    const value = headers[name]
    if (value === undefined) continue
    if (typeof value === 'object') for (const line of value) list.append(name.toLowerCase(), line)
    else list.append(name.toLowerCase(), value)
  }
  return list
}

/** A reply as an outcome, not held to any schema. */
export function replyOutcome(value: Reply): PipelineOutcome {
  return new PipelineOutcome(value.status, value.body, false, replyHeaders(value))
}

/** Renders a thrown value in the format of its route. */
export function errorOutcome(thrown: unknown, format: ErrorFormat, requestId: string): PipelineOutcome {
  const thrownAs = describeThrown(thrown)
  const rendered = renderError(thrownAs, format, { requestId })
  // A format that fails is an error of its own, which must not pass in silence.
  const described = rendered.failure === undefined ? thrownAs : describeThrown(rendered.failure)
  const headers = new ResponseHeaders(['content-type', rendered.mediaType])
  if (described.headers !== undefined) {
    for (const name in described.headers) headers.append(name, described.headers[name] as string)
  }
  return new PipelineOutcome(rendered.status, rendered.body, false, headers, described)
}
