import type { IncomingMessage } from 'node:http'
import { HttpProblem } from './answer.ts'

const MAX_BODY_BYTES = 1024 * 1024

/** Reads and parses a JSON body of at most 1 MiB. */
export function readJson(request: IncomingMessage): Promise<unknown> {
  const type = request.headers['content-type']
  if (type === undefined || !/^application\/json\b/i.test(type)) {
    throw new HttpProblem(415, 'The body must be application/json')
  }
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let bytes = 0
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length
      if (bytes > MAX_BODY_BYTES) reject(new HttpProblem(413, 'The body is too large'))
      else chunks.push(chunk)
    })
    request.on('error', reject)
    request.on('end', () => {
      const body = chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks)
      try {
        resolve(JSON.parse(body.toString()))
      } catch {
        reject(new HttpProblem(400, 'The body is not JSON'))
      }
    })
  })
}
