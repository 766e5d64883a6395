import type { ResponseStream } from './answer.ts'
import { clientError } from './client-error.ts'
import type { CallOptions } from './contract.ts'

/** Options of a call that gives a stream. `timeoutMs` limits the time to its headers. */
export interface StreamOptions extends CallOptions {
  /** Longest silence, ms, after which the stream is closed; default 120_000. `0` for none. */
  readonly idleTimeoutMs?: number | undefined
}

/** The call of any route. */
export interface StreamCall {
  (...args: never[]): Promise<unknown>
  result(...args: never[]): Promise<unknown>
}

/** Input and options of a call, with further options. */
export type StreamArgs<TCall extends StreamCall, TOptions> =
  Parameters<TCall['result']> extends [infer TIn, ...unknown[]]
    ? [input: TIn, options?: TOptions]
    : Parameters<TCall['result']> extends [(infer TIn)?, ...unknown[]]
      ? [input?: TIn, options?: TOptions]
      : never

/** What is needed to open a stream. */
export interface StreamSource {
  readonly call: StreamCall
  readonly input: unknown
  readonly options: StreamOptions
  /** What its content type must match. */
  readonly contentType: RegExp
}

/**
 * Makes a call and gives the chunks of the response, none for one without a body. The connection is closed when the
 * consumer stops.
 *
 * @param onOpen - called when the headers of the response are there, with whether a body follows
 */
export async function* openStream(
  source: StreamSource,
  onOpen?: (hasBody: boolean) => void,
): AsyncGenerator<Uint8Array, void, undefined> {
  const { options, contentType } = source
  const { idleTimeoutMs = 120_000, timeoutMs, headers, signal } = options
  // Ends a pending read: a generator that awaits one cannot be made to return.
  const own = new AbortController()
  const both = signal === undefined ? own.signal : AbortSignal.any([signal, own.signal])
  const call = source.call as unknown as (input: unknown, options: CallOptions) => Promise<unknown>
  try {
    const body = await call(source.input, { timeoutMs, headers, signal: both })
    onOpen?.(body !== undefined)
    if (body === undefined) return
    if (!isStream(body) || !contentType.test(body.contentType)) {
      throw clientError('ANSWER', { detail: `the content type is not ${contentType.source}.`, details: body })
    }
    const chunks = body[Symbol.asyncIterator]()
    for (;;) {
      const part = await within(chunks.next(), idleTimeoutMs, both)
      if (part.done) return
      yield part.value
    }
  } finally {
    own.abort()
  }
}

function isStream(body: unknown): body is ResponseStream {
  return typeof body === 'object' && body !== null && 'contentType' in body && Symbol.asyncIterator in body
}

/** Reads one chunk, within limits that a transport may not keep. */
function within<T>(step: Promise<T>, idleTimeoutMs: number, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    // oxlint-disable-next-line typescript/prefer-promise-reject-errors -- the caller's own reason
    const onAbort = (): void => reject(signal.reason)
    const onSilence = (): void =>
      reject(clientError('TIMEOUT', { detail: `the stream was silent for ${idleTimeoutMs} ms.` }))
    const timer = idleTimeoutMs === 0 ? undefined : setTimeout(onSilence, idleTimeoutMs)
    signal.addEventListener('abort', onAbort, { once: true })
    if (signal.aborted) onAbort()
    void step.then(resolve, reject).finally(() => {
      clearTimeout(timer)
      signal.removeEventListener('abort', onAbort)
    })
  })
}
