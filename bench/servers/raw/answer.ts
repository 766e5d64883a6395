import type { ServerResponse } from 'node:http'

/** Answers JSON in one write: `end` joins head and body when both are strings. */
export function sendJson(response: ServerResponse, status: number, value: unknown): void {
  const text = JSON.stringify(value)
  response.writeHead(status, [
    'content-type',
    'application/json; charset=utf-8',
    'content-length',
    String(Buffer.byteLength(text)),
  ])
  response.end(text)
}

export function sendProblem(response: ServerResponse, status: number, title: string): void {
  sendJson(response, status, { status, title })
}

/** A refusal that a handler throws. */
export class HttpProblem extends Error {
  readonly status: number

  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}
