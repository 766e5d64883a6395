/** What an issuer answered cannot be used. Its message is for the log. */
export class IssuerError extends Error {
  /** Status of the answer, where there was one. */
  readonly status: number | undefined

  constructor(message: string, status?: number) {
    super(message)
    this.name = 'IssuerError'
    this.status = status
  }
}

/** Real documents of issuers have a few kilobytes. */
const MAX_BYTES = 262_144

/**
 * Reads a JSON document of at most 256 KiB. No redirect is followed: who could send one would choose the keys.
 *
 * @throws {IssuerError} for another status than 200, too many bytes, what is not JSON; the reason of the signal
 */
export async function fetchJson(url: string, signal: AbortSignal): Promise<unknown> {
  const response = await answerOf(url, signal)
  if (response.status !== 200) {
    await response.body?.cancel()
    const to = response.status >= 300 && response.status < 400 ? ' Redirects are not followed.' : ''
    throw new IssuerError(`${url} answered with status ${response.status}.${to}`, response.status)
  }
  const text = await textOf(url, response.body)
  try {
    return JSON.parse(text)
  } catch {
    throw new IssuerError(`${url} answered with what is not JSON.`, 200)
  }
}

async function answerOf(url: string, signal: AbortSignal): Promise<Response> {
  try {
    return await fetch(url, { signal, redirect: 'manual', headers: { accept: 'application/json' } })
  } catch (error) {
    if (signal.aborted) throw error
    const { cause } = error as Error
    throw new IssuerError(
      `${url} cannot be reached: ${cause instanceof Error ? cause.message : 'no reason'}.`,
    )
  }
}

async function textOf(url: string, body: ReadableStream<Uint8Array> | null): Promise<string> {
  const parts: Uint8Array[] = []
  let bytes = 0
  // Leaving the loop cancels the rest.
  for await (const part of body ?? []) {
    bytes += part.byteLength
    if (bytes > MAX_BYTES) throw new IssuerError(`${url} answered with more than ${MAX_BYTES} bytes.`, 200)
    parts.push(part)
  }
  return Buffer.concat(parts).toString()
}
