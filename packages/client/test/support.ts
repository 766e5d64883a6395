import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { runInNewFrame, type Frame } from '@keelson/core'
import type { ClientOptions } from '../src/index.ts'
import { createClient } from '../src/index.ts'
import type { CallOptions } from '../src/index.ts'

/** A frame as core opens one, for the test to enter. */
export function newFrame(): Frame {
  return runInNewFrame((frame) => frame, { trace: 'new' })
}

/** A call without types, for servers that are no app. */
export interface AnyCall {
  (input?: object, options?: CallOptions): Promise<unknown>
  result(input?: object, options?: CallOptions): Promise<unknown>
}

export interface TestServer extends AsyncDisposable {
  readonly url: string
  /** Connections made so far. */
  readonly connections: () => number
  /** One call that sends what the line says. */
  call(line: string, options?: Partial<ClientOptions>): AnyCall
}

/** A Node server on loopback that answers every request by the function. */
export async function serve(
  answer: (request: IncomingMessage, response: ServerResponse) => unknown,
): Promise<TestServer> {
  const server = createServer((request, response) => void answer(request, response))
  let connections = 0
  server.on('connection', () => (connections += 1))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    url,
    connections: () => connections,
    call: (line, options) => {
      const manifest = { version: 1, hash: '', routes: { it: line } }
      return (createClient({ baseUrl: url, manifest, ...options }) as unknown as { it: AnyCall }).it
    },
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** The whole body of a request, as text. */
export async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString()
}

export function sendJson(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value))
}
