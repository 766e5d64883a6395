// On the request path of mounted handlers, which write by themselves.
import type { ServerResponse } from 'node:http'

/** Tells how many bytes of its body a response is given, as they come. */
export function countBody(response: ServerResponse, add: (bytes: number) => void): void {
  const target = response as unknown as Record<'write' | 'end', (...args: unknown[]) => unknown>
  for (const name of ['write', 'end'] as const) {
    const original = target[name]
    target[name] = function counted(this: unknown, ...args: unknown[]) {
      const [chunk, encoding] = args
      if (typeof chunk === 'string')
        add(Buffer.byteLength(chunk, typeof encoding === 'string' ? (encoding as BufferEncoding) : 'utf8'))
      else if (chunk instanceof Uint8Array) add(chunk.byteLength)
      return original.apply(this, args)
    }
  }
}
