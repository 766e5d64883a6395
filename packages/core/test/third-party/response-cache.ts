// As a third party writes it, with public names alone: answers kept on the key-value store port, stale while they are made anew.
import {
  CLOCK,
  KEY_VALUE_STORE,
  middleware,
  reply,
  type KeyValueStore,
  type Outcome,
  type ReplyHeaders,
} from '@keelson/core'

export interface ResponseCacheOptions {
  /** Time for which an answer is fresh. */
  readonly ttlMs: number
  /** Time after it in which the old answer is given while a new one is made. */
  readonly staleMs: number
}

interface Kept {
  readonly madeAt: number
  readonly status: number
  readonly headers: ReplyHeaders
  /** Base64. */
  readonly body: string
  readonly isText: boolean
}

/** Names of headers that are of one answer, or of one caller. */
const OWN = new Set(['set-cookie', 'date', 'age', 'connection', 'content-length'])

/** Keeps what GET gives: JSON, text, bytes; streams and errors pass. */
export function responseCache({ ttlMs, staleMs }: ResponseCacheOptions) {
  return middleware({
    name: 'responseCache',
    stage: 'handle',
    inject: { store: KEY_VALUE_STORE, clock: CLOCK },
    wrap: async (ctx, next, { store, clock }) => {
      if (ctx.method !== 'GET' && ctx.method !== 'HEAD') return next()
      const key = `response:${ctx.host}${ctx.url}`
      const keep = (outcome: Outcome): Promise<Outcome> =>
        keepIn(store, outcome, { key, ttlMs: ttlMs + staleMs, now: clock.now() })
      const found = await store.get(key)
      if (found === undefined) {
        ctx.responseHeaders.set('x-cache', 'miss')
        return keep(await next())
      }
      const kept = JSON.parse(Buffer.from(found).toString()) as Kept
      const ageMs = clock.now() - kept.madeAt
      ctx.responseHeaders.set('x-cache', ageMs < ttlMs ? 'hit' : 'stale').set('age', Math.floor(ageMs / 1000))
      // Of many at once one makes it anew.
      if (ageMs >= ttlMs && (await store.add(`${key}:lock`, Buffer.from('1'), { ttlMs: staleMs })))
        ctx.detach('revalidate', async () => {
          try {
            await keep(await next.again())
          } finally {
            await store.delete(`${key}:lock`)
          }
        })
      const body = Buffer.from(kept.body, 'base64')
      return reply(kept.status, kept.isText ? body.toString() : body, kept.headers)
    },
  })
}

interface Entry {
  readonly key: string
  readonly ttlMs: number
  readonly now: number
}

async function keepIn(store: KeyValueStore, outcome: Outcome, { key, ttlMs, now }: Entry): Promise<Outcome> {
  const { status, headers, value } = outcome
  const content = contentOf(value)
  if (status !== 200 || content === undefined || headers.has('set-cookie')) return outcome
  const { body, type } = content
  const kept: Kept = {
    madeAt: now,
    status,
    headers: { 'content-type': type, ...Object.fromEntries([...headers].filter(([name]) => !OWN.has(name))) },
    body: Buffer.from(body).toString('base64'),
    isText: typeof body === 'string',
  }
  await store.set(key, Buffer.from(JSON.stringify(kept)), { ttlMs })
  // What was kept is what is sent, and is not made twice.
  if (type === 'application/json') outcome.value = body
  return outcome
}

function contentOf(
  value: unknown,
): { readonly body: string | Uint8Array; readonly type: string } | undefined {
  if (typeof value === 'string') return { body: value, type: 'text/plain; charset=utf-8' }
  if (value instanceof Uint8Array) return { body: value, type: 'application/octet-stream' }
  if (typeof value !== 'object' || value === null || Symbol.asyncIterator in value || value instanceof Blob)
    return undefined
  return { body: JSON.stringify(value), type: 'application/json' }
}
