export const GET = 'GET / HTTP/1.1\r\nHost: x\r\n\r\n'

export async function* chunks(...list: (string | Uint8Array)[]): AsyncGenerator<string | Uint8Array> {
  for (const chunk of list) {
    await Promise.resolve()
    yield chunk
  }
}

/** Everything after the head, as it came over the wire. */
export function wireBody(text: string): string {
  return text.slice(text.indexOf('\r\n\r\n') + 4)
}
