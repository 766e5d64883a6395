import { ResponseHeaders } from '@keelson/core'
import type { ContractRequest } from './contract-request.ts'
import type { ContractAnswer } from './contract-rules.ts'

/** Longest wait for one answer, ms. */
const ANSWER_MS = 10_000
/** Most characters that are read of a body, which may be an endless stream. */
const MAX_TEXT = 8 * 1024 * 1024

/** No response came, or it broke off. The message says which. */
export class NoAnswer extends Error {
  /** How long it was waited for, ms, where the test's time was up before that was long enough. */
  readonly cutAfterMs: number | undefined

  constructor(message: string, options: ErrorOptions & { readonly cutAfterMs?: number | undefined }) {
    super(message, options)
    this.cutAfterMs = options.cutAfterMs
  }
}

/** How a response is awaited and read. */
export interface SendOptions {
  /** Whether the body of a response with this status is read. */
  readonly needsBody: (status: number) => boolean
  /** Time that the test has left, ms. */
  readonly leftMs: number
}

/**
 * Sends a request over a socket and reads as much of the response as is needed, within the time that is left.
 *
 * @throws {NoAnswer} when there is no response in time
 */
export async function sendContractRequest(
  baseUrl: string,
  { method, target, headers, body }: ContractRequest,
  { needsBody, leftMs }: SendOptions,
): Promise<ContractAnswer> {
  const limitMs = Math.max(1, Math.round(Math.min(ANSWER_MS, leftMs)))
  const signal = AbortSignal.timeout(limitMs)
  const init: RequestInit = { method, headers, redirect: 'manual', signal }
  if (body !== undefined) init.body = body
  try {
    const response = await fetch(baseUrl + target, init)
    const { status } = response
    const contentType = response.headers.get('content-type') ?? ''
    const headers = new ResponseHeaders([...response.headers].flat())
    if (needsBody(status)) return { status, contentType, headers, text: await readText(response) }
    await response.body?.cancel()
    return { status, contentType, headers, text: undefined }
  } catch (error) {
    if (signal.aborted) {
      const cutAfterMs = limitMs < ANSWER_MS ? limitMs : undefined
      throw new NoAnswer(`no answer within ${limitMs} ms`, { cause: error, cutAfterMs })
    }
    const { message, cause } = error as Error
    throw new NoAnswer(`no answer: ${cause instanceof Error ? cause.message : message}`, { cause: error })
  }
}

async function readText({ body }: Response): Promise<string> {
  if (body === null) return ''
  const decoder = new TextDecoder()
  let text = ''
  for await (const chunk of body as unknown as AsyncIterable<Uint8Array>) {
    text += decoder.decode(chunk, { stream: true })
    if (text.length > MAX_TEXT) break
  }
  return text + decoder.decode()
}
