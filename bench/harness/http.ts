// One request, in two forms: sent once and looked at, or as bytes that the load generator sends again and again.
import { request as send, type IncomingHttpHeaders } from 'node:http'

export interface WireRequest {
  readonly method: string
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

export interface WireAnswer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
}

const TIMEOUT_MS = 10_000

/** Sends a request on a connection of its own. */
export function exchange(port: number, wanted: WireRequest): Promise<WireAnswer> {
  return new Promise((resolve, reject) => {
    const { method, path, headers = {}, body } = wanted
    const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }
    const request = send(
      { host: '127.0.0.1', port, method, path, headers: { ...headers, ...length }, agent: false },
      (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.on('error', reject)
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString()
          resolve({ status: response.statusCode ?? 0, headers: response.headers, text })
        })
      },
    )
    request.setTimeout(TIMEOUT_MS, () => request.destroy(new Error(`No answer within ${TIMEOUT_MS} ms.`)))
    request.on('error', reject)
    request.end(body)
  })
}

/** The request as it goes over the wire. */
export function toBytes(port: number, { method, path, headers = {}, body }: WireRequest): string {
  const lines = [`${method} ${path} HTTP/1.1`, `host: 127.0.0.1:${port}`]
  for (const [name, value] of Object.entries(headers)) lines.push(`${name}: ${value}`)
  if (body !== undefined) lines.push(`content-length: ${Buffer.byteLength(body)}`)
  return `${lines.join('\r\n')}\r\n\r\n${body ?? ''}`
}
