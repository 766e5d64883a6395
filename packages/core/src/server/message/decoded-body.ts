// On the request path of requests whose body is encoded.
import { BadRequestError, FrameworkError, InternalError, ContentTooLargeError } from '../../errors/index.ts'
import { tooLarge } from './body-limits.ts'
import type { ContentCoding } from '../../app/index.ts'
import { FailureKeepingBody } from './failure-keeping-body.ts'

/**
 * Most bytes that are read of an encoded body: incompressible data grows a little, and bytes beyond the limit would not be
 * decoded.
 */
export function encodedLimit(maxBytes: number): number {
  return maxBytes + maxBytes / 64 + 1_024
}

/**
 * Decodes a body, up to a limit of decoded bytes.
 *
 * @throws {BadRequestError} 400, for what cannot be decoded
 * @throws {ContentTooLargeError} 413
 */
export async function* decodeBody(
  { name, decode }: ContentCoding,
  encoded: AsyncIterable<Uint8Array>,
  maxBytes: number,
): AsyncGenerator<Uint8Array, void, undefined> {
  const source = new FailureKeepingBody(encoded)
  let decodedBytes = 0
  try {
    for await (const chunk of decode(source) as AsyncIterable<unknown>) {
      if (!(chunk instanceof Uint8Array))
        throw new InternalError(`The content coding '${name}' returned ${typeof chunk}s instead of bytes.`)
      decodedBytes += chunk.byteLength
      if (decodedBytes > maxBytes) throw tooLarge(maxBytes)
      yield chunk
    }
  } catch (error) {
    if (source.failure instanceof ContentTooLargeError) throw tooLarge(maxBytes)
    if (source.failure !== undefined) throw source.failure
    if (FrameworkError.is(error)) throw error
    throw new BadRequestError(`The body cannot be decoded as ${name}.`, { cause: error })
  } finally {
    await source.return()
  }
}
