// As a third party writes it, with public names alone: entity tags and compression.
import { createHash } from 'node:crypto'
import { pipeline, Readable } from 'node:stream'
import { promisify } from 'node:util'
import { brotliCompress, constants, createBrotliCompress, createGzip, gzip } from 'node:zlib'
import { middleware, type Answer, type AnswerBody } from '@keelson/core'

const isWhole = (body: AnswerBody): body is string | Uint8Array =>
  typeof body === 'string' || body instanceof Uint8Array

/** RFC 9110 §13.1.2: `If-None-Match` is compared weakly. */
function isMatch(list: string, tag: string): boolean {
  const opaque = (one: string): string => one.trim().replace(/^W\//, '')
  return list.trim() === '*' || list.split(',').some((one) => opaque(one) === opaque(tag))
}

/** Tags what it sees whole, and answers 304 where the client has it: put it around `compress()`, and each coding has its tag. */
export function entityTags() {
  return middleware({
    name: 'entityTags',
    stage: 'respond',
    encode: (ctx, answer) => {
      const { status, headers, body } = answer
      if (status !== 200 || (ctx.method !== 'GET' && ctx.method !== 'HEAD')) return
      if (!headers.has('etag') && isWhole(body))
        headers.set('etag', `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`)
      const tag = headers.get('etag')
      const known = ctx.header('if-none-match')
      if (tag === undefined || known === undefined || !isMatch(known, tag)) return
      answer.status = 304
      answer.body = undefined
      // RFC 9110 §15.4.5: what describes the content that is not sent.
      for (const name of ['content-type', 'content-encoding', 'content-length']) headers.delete(name)
    },
    describe: {
      responses: { 304: 'The client has it already.' },
      requestHeaders: { 'if-none-match': 'Tags that it has.' },
    },
  })
}

type Coding = 'br' | 'gzip'

/** RFC 9110 §12.5.3: the better of ours that is accepted, with weights. */
function codingOf(accepted: string | undefined): Coding | undefined {
  const weights = new Map<string, number>()
  for (const part of (accepted ?? '').toLowerCase().split(',')) {
    const [name = '', ...params] = part.split(';').map((one) => one.trim())
    const weight = params.find((one) => one.startsWith('q='))?.slice(2)
    if (name !== '') weights.set(name, weight === undefined ? 1 : Number(weight))
  }
  const weightOf = (name: string): number => weights.get(name) ?? weights.get('*') ?? 0
  const [best] = (['br', 'gzip'] as const)
    .filter((name) => weightOf(name) > 0)
    .toSorted((a, b) => weightOf(b) - weightOf(a))
  return best
}

const COMPRESSIBLE = /^(?:text\/(?!event-stream)|application\/(?:[\w.+-]+\+)?(?:json|xml|javascript))/
const brotli = promisify(brotliCompress)
const zip = promisify(gzip)

function isCompressible({ status, headers }: Answer): boolean {
  return (
    status >= 200 &&
    status !== 204 &&
    status !== 206 &&
    status !== 304 &&
    !headers.has('content-encoding') &&
    !headers.has('content-range') &&
    !/\bno-transform\b/.test(headers.get('cache-control') ?? '') &&
    COMPRESSIBLE.test(headers.get('content-type') ?? '')
  )
}

/** Compresses text, bytes and streams that are worth it. */
export function compress({ minBytes = 1024 }: { readonly minBytes?: number } = {}) {
  return middleware({
    name: 'compress',
    stage: 'respond',
    encode: async (ctx, answer) => {
      const { headers, body } = answer
      if (!isCompressible(answer)) return
      headers.vary('accept-encoding')
      const coding = codingOf(ctx.header('accept-encoding'))
      if (coding === undefined || (isWhole(body) && Buffer.byteLength(body) < minBytes)) return
      if (body === undefined) {
        // A HEAD whose handler gave no content: what GET would have is not known.
        headers.delete('content-length')
        return
      }
      answer.body = isWhole(body)
        ? await (coding === 'br' ? brotli(body) : zip(body))
        : pipeline(Readable.from(body), compressor(coding), () => undefined)
      headers.set('content-encoding', coding)
      // The same resource in other bytes.
      const tag = headers.get('etag')
      if (tag?.startsWith('"') === true) headers.set('etag', `W/${tag}`)
    },
  })
}

/** Passes on what it gets without waiting for more. */
function compressor(coding: Coding): NodeJS.ReadWriteStream {
  return coding === 'br'
    ? createBrotliCompress({ flush: constants.BROTLI_OPERATION_FLUSH })
    : createGzip({ flush: constants.Z_SYNC_FLUSH })
}
