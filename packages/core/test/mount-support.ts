import type { IncomingMessage, ServerResponse } from 'node:http'
import { currentFrame } from '@keelson/core'

/** Tells what it was asked for, as JSON. */
export const nodeEcho = (
  request: IncomingMessage & { originalUrl?: string },
  response: ServerResponse,
): void => {
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  request.on('end', () => {
    response.setHeader('content-type', 'application/json')
    response.end(
      JSON.stringify({
        method: request.method,
        url: request.url,
        original: request.originalUrl,
        body: Buffer.concat(chunks).toString(),
        frame: currentFrame()?.id,
      }),
    )
  })
}

/** The same by `fetch`. */
export const fetchEcho = async (request: Request): Promise<Response> => {
  const url = new URL(request.url)
  return Response.json({
    method: request.method,
    url: url.pathname + url.search,
    body: await request.text(),
    frame: currentFrame()?.id,
  })
}
