import { either, oneOf, optionTable, text } from '@keelson/contract/options'
import { frameOfCaller, toTraceHeaders } from '@keelson/contract/frame'
import { checkClientOptions } from './check-options.ts'
import type { Interceptor } from './transport.ts'

/** Options of {@link frameHeaders}. */
export interface FrameHeadersOptions {
  /** Header for the request id; `false` for none. Default `x-request-id`. */
  readonly requestIdHeader?: string | false | undefined
  /** Header for the time that is left, whole ms; `false` for none. Default `x-request-timeout-ms`. */
  readonly timeoutHeader?: string | false | undefined
}

const FRAME_OPTIONS = optionTable<FrameHeadersOptions>({
  requestIdHeader: either(text('Header for the request id.', { minLength: 1 }), oneOf([false], 'None.')),
  timeoutHeader: either(text('Header for the time that is left.', { minLength: 1 }), oneOf([false], 'None.')),
})

/**
 * Makes calls part of the request that is being served: they carry its trace (W3C Trace Context), its id and the time
 * that is left, and end with it, when its deadline passes or its client goes away. Outside of a request, and for
 * headers that the call sets itself, nothing changes. Meant for services of your own: the headers tell about you.
 *
 * @throws {ClientError} `ERR_CLIENT_OPTION` for options that do not exist or values of another kind
 * @example
 * const stock = createClient<StockApi>({ baseUrl, manifest, interceptors: [frameHeaders()] })
 */
export function frameHeaders(options: FrameHeadersOptions = {}): Interceptor {
  checkClientOptions(FRAME_OPTIONS, options, { name: 'frameHeaders', below: frameHeaders })
  const { requestIdHeader = 'x-request-id', timeoutHeader = 'x-request-timeout-ms' } = options
  return (request, next) => {
    const frame = frameOfCaller()
    if (frame === undefined) return next(request)
    const expiresAt = Math.min(request.expiresAt, frame.deadline ?? Infinity)
    const headers: Record<string, string> = { ...toTraceHeaders(frame) }
    if (requestIdHeader !== false) headers[requestIdHeader.toLowerCase()] = frame.id
    if (timeoutHeader !== false && expiresAt !== Infinity) {
      headers[timeoutHeader.toLowerCase()] = String(Math.max(0, Math.floor(expiresAt - performance.now())))
    }
    Object.assign(headers, request.headers)
    return next({ ...request, headers, expiresAt, signal: AbortSignal.any([request.signal, frame.signal]) })
  }
}
