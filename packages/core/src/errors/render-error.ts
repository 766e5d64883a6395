// On the request path when something was thrown: makes the body of a described error, in the format of the app or router.
import { ignore } from './ignore.ts'
import { describeThrown, isErrorStatus, type DescribedError } from './describe-thrown.ts'
import { essenceOf } from '@keelson/contract'
import { acceptWeight } from './accept.ts'
import type { ErrorAlternative, ErrorFormat, ErrorInfo, VisibleError } from './error-format.ts'
import { InternalError } from './http-errors.ts'
import { isPromise } from './options.ts'
import { problemFormat } from './problem.ts'

/** What an error is rendered with besides. */
export interface RenderInfo extends ErrorInfo {
  /** The header `accept` of the request. */
  readonly accept?: string | undefined
}

/** An error, ready to be sent. */
export interface RenderedError {
  /** Status on the wire, by the format. */
  readonly status: number
  readonly mediaType: string
  /** JSON text, or that of an alternative. */
  readonly body: string
  /** What the format threw, for the log; the answer is then a 500 in the default format. */
  readonly failure: unknown
}

/**
 * Writes a described error in a format, which receives only what may leave the server. Never throws: when the format throws
 * or returns a value that is not JSON, the answer is a 500 in the default format without details, and `failure` is the reason.
 */
export function renderError(
  described: DescribedError,
  format: ErrorFormat,
  { accept, ...info }: RenderInfo,
): RenderedError {
  try {
    const error = toVisible(described)
    const alternative = format.alternatives.length === 0 ? undefined : preferred(format, accept)
    return {
      status:
        format.status === undefined ? error.status : checkStatus(atOnce('status', format.status(error))),
      mediaType: (alternative ?? format).mediaType,
      body:
        alternative === undefined
          ? stringify(atOnce('write', format.write(error, info)))
          : toText(atOnce('write', alternative.write(error, info))),
      failure: undefined,
    }
  } catch (failure) {
    return {
      status: 500,
      mediaType: problemFormat.mediaType,
      body: stringify(problemFormat.write(NOTHING_TO_SHOW, { requestId: info.requestId })),
      failure: failure ?? new InternalError('The error format threw nothing.'),
    }
  }
}

/** The alternative that a client wants more than the format itself and those before. */
function preferred(format: ErrorFormat, accept: string | undefined): ErrorAlternative | undefined {
  let best: ErrorAlternative | undefined
  // Who asks for JSON means the format, which is JSON, by whatever name.
  let most = Math.max(
    acceptWeight(accept, essenceOf(format.mediaType)),
    acceptWeight(accept, 'application/json'),
  )
  for (const one of format.alternatives) {
    const weight = acceptWeight(accept, essenceOf(one.mediaType))
    if (weight > most) [best, most] = [one, weight]
  }
  return best
}

function toText(body: unknown): string {
  if (typeof body === 'string') return body
  throw new InternalError('write() of an alternative of the error format gave no text.')
}

const NOTHING_TO_SHOW = toVisible(describeThrown(undefined))

function toVisible({ code, status, title, detail, details, errors }: DescribedError): VisibleError {
  return { code, status, title, detail, details, errors }
}

/** A promise would be sent as an empty object; nothing awaits it, so its rejection must not end the process. */
function atOnce(part: string, result: unknown): unknown {
  if (!isPromise(result)) return result
  result.then(undefined, ignore)
  throw new InternalError(
    `${part}() of the error format returned a promise; it must return the value itself.`,
  )
}

function checkStatus(status: unknown): number {
  if (status === 200 || isErrorStatus(status)) return status as number
  throw new InternalError(
    `status() of the error format returned ${String(status)}; it must be 200, or 400 to 599.`,
  )
}

function stringify(body: unknown): string {
  const text = JSON.stringify(body) as string | undefined
  if (text === undefined)
    throw new InternalError('write() of the error format returned a value that JSON cannot hold.')
  return text
}
