import { describe, expect, it } from 'vitest'
import { runInFrame } from '@keelson/core/frames'
import { createClientOn } from '../src/create-client.ts'
import { frameHeaders, type FrameHeadersOptions } from '../src/frame-headers.ts'
import type { ClientRequest, ClientResponse } from '../src/transport.ts'
import { newFrame } from './support.ts'

type Call = (input?: object, options?: object) => Promise<unknown>

function bench(options?: FrameHeadersOptions): { call: Call; sent: ClientRequest[] } {
  const sent: ClientRequest[] = []
  const transport = (request: ClientRequest): Promise<ClientResponse> => {
    sent.push(request)
    if (request.url.endsWith('/never')) return new Promise(() => undefined)
    return new Promise((resolve, reject) => {
      request.signal.addEventListener('abort', () => reject(new Error('transport was aborted')), {
        once: true,
      })
      if (!request.url.endsWith('/slow')) resolve({ status: 200, headers: {} })
    })
  }
  const routes = { a: 'GET /:path 200:-' }
  const interceptors = [frameHeaders(options)]
  const client = createClientOn(transport, {
    baseUrl: 'http://h',
    manifest: { version: 1, hash: '', routes },
    interceptors,
  })
  return { call: (client as unknown as { a: Call }).a, sent }
}

const TRACEPARENT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
const FAST = { params: { path: 'fast' } }

describe('frameHeaders', () => {
  it('changes nothing outside of a request', async () => {
    const { call, sent } = bench()
    await call(FAST)
    expect(Object.keys(sent[0]?.headers ?? {})).toEqual(['accept'])
  })

  it('hands on trace, request id and the time that is left', async () => {
    const { call, sent } = bench()
    const frame = newFrame()
    frame.acceptTrace(TRACEPARENT, 'a=b')
    frame.deadline = performance.now() + 20_000
    await runInFrame(frame, () => call(FAST))
    const headers = sent[0]?.headers ?? {}
    expect(headers['traceparent']).toBe(`00-0af7651916cd43dd8448eb211c80319c-${frame.trace.spanId}-01`)
    expect(headers['tracestate']).toBe('a=b')
    expect(headers['x-request-id']).toBe(frame.id)
    expect(Number(headers['x-request-timeout-ms'])).toBeGreaterThan(1_000)
    expect(Number(headers['x-request-timeout-ms'])).toBeLessThanOrEqual(20_000)
    expect(sent[0]?.expiresAt).toBe(frame.deadline)
  })

  it("tells the time of the call where it ends before the request's", async () => {
    const { call, sent } = bench()
    const frame = newFrame()
    frame.deadline = performance.now() + 60_000
    await runInFrame(frame, () => call(FAST, { timeoutMs: 1_000 }))
    expect(Number(sent[0]?.headers['x-request-timeout-ms'])).toBeLessThanOrEqual(1_000)
  })

  it('says nothing of a time that does not end', async () => {
    const { call, sent } = bench()
    await runInFrame(newFrame(), () => call(FAST, { timeoutMs: 0 }))
    expect(sent[0]?.headers).not.toHaveProperty('x-request-timeout-ms')
  })

  it('lets headers of the call win, and takes other names', async () => {
    const { call, sent } = bench({ requestIdHeader: 'X-Correlation', timeoutHeader: false })
    const frame = newFrame()
    await runInFrame(frame, () => call(FAST, { headers: { traceparent: 'mine' } }))
    expect(sent[0]?.headers).toMatchObject({ traceparent: 'mine', 'x-correlation': frame.id })
    expect(sent[0]?.headers).not.toHaveProperty('x-request-timeout-ms')
    expect(sent[0]?.headers).not.toHaveProperty('x-request-id')
  })

  it('ends the call with the request, for its reason', async () => {
    const { call } = bench()
    const frame = newFrame()
    const pending = runInFrame(frame, () => call({ params: { path: 'slow' } }))
    const reason = new Error('the client went away')
    frame.abort(reason)
    await expect(pending).rejects.toBe(reason)
  })

  it('ends a call that begins too late', async () => {
    const { call, sent } = bench()
    const frame = newFrame()
    frame.abort(new Error('over'))
    await expect(runInFrame(frame, () => call(FAST))).rejects.toThrow('over')
    expect(sent).toEqual([])
  })
})
