import { once } from 'node:events'
import { middleware, route, upgrade } from '@keelson/core'
import { testApp } from '@keelson/testing'
import { describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { TEST_CERTIFICATE } from './server-certificate.ts'
import { RawClient, until } from './server-support.ts'
import { open, requestLines } from './support.ts'
import { chat, closed, connected, handshake, refused, said } from './upgrade-support.ts'

/** A text frame of a client, with a mask of zeros. */
function frame(text: string): Buffer {
  return Buffer.concat([Buffer.from([0x81, 0x80 | text.length, 0, 0, 0, 0]), Buffer.from(text)])
}

describe('a connection that is switched to WebSocket', () => {
  it('carries messages, and its request is recorded once, when it is closed', async () => {
    const { routes, summaries, aborted } = chat()
    await using test = await testApp({ routes, transport: 'socket' })
    const ws = await connected(`${test.baseUrl}/open`)
    expect([await said(ws, 'a'), await said(ws, 'ü'.repeat(40_000))]).toEqual(['a', 'ü'.repeat(40_000)])
    expect([summaries, aborted]).toEqual([[], []])
    ws.close(1000)
    expect(await closed(ws)).toBe(1000)
    await until(() => summaries.length === 1)
    expect(summaries).toMatchObject([{ status: 101, aborted: false, error: undefined }])
    expect(summaries[0]?.bytes).toBeGreaterThan(80_000)
    expect(aborted).toHaveLength(1)
    await test.close()
    expect(requestLines(test)).toMatchObject([{ status: 101, route: 'open' }])
  })

  it('takes what was sent behind the request, in the same packet and in later ones', async () => {
    const { routes } = chat()
    await using test = await testApp({ routes, transport: 'socket' })
    const client = new RawClient(Number(new URL(test.baseUrl).port))
    client.write(Buffer.concat([Buffer.from(handshake('/open')), frame('one'), frame('two')]))
    await client.until(() => client.text.endsWith('\x81\x03one\x81\x03two'))
    client.write(frame('three'))
    expect(await client.until(() => client.text.endsWith('\x81\x05three'))).toMatch(/^HTTP\/1\.1 101 /)
    client.destroy()
  })

  it('waits for the answers to what was sent before it', async () => {
    const { routes } = chat()
    await using test = await testApp({ routes, transport: 'socket' })
    const client = new RawClient(Number(new URL(test.baseUrl).port))
    client.write(`GET /plain HTTP/1.1\r\nHost: x\r\n\r\n${handshake('/open')}`)
    client.write(frame('one'))
    expect(await client.until(() => client.text.endsWith('\x81\x03one'))).toMatch(
      /^HTTP\/1\.1 200 [^]*plainHTTP\/1\.1 101 /,
    )
    client.destroy()
  })

  it('has the id of the request and the headers of the outcome in its head', async () => {
    const { server } = chat()
    const routes = {
      cookie: route.get('/', { ...open, upgrades: 'WebSocket' }, ({ responseHeaders }) => {
        responseHeaders.append('set-cookie', 'a=1')
        responseHeaders.append('set-cookie', 'b=2')
        return upgrade((request, socket, head) =>
          server.handleUpgrade(request, socket, head, () => undefined),
        )
      }),
    }
    await using test = await testApp({ routes, transport: 'socket' })
    const client = new RawClient(Number(new URL(test.baseUrl).port)).write(handshake('/'))
    expect(await client.until(/\r\n\r\n/)).toMatch(
      /^HTTP\/1\.1 101 Switching Protocols\r\nset-cookie: a=1\r\nset-cookie: b=2\r\nx-request-id: \S+\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n/,
    )
    client.destroy()
  })

  it('names its protocol once, whatever the headers of the outcome say', async () => {
    const { server } = chat()
    const other = middleware({
      name: 'other',
      stage: 'respond',
      transform: (_, outcome) => {
        outcome.headers.set('upgrade', 'h2c').set('x-other', 'yes')
        return outcome
      },
    })
    const a = route
      .use(other)
      .get('/', { ...open, upgrades: 'websocket' }, () =>
        upgrade((request, socket, head) => server.handleUpgrade(request, socket, head, () => undefined)),
      )
    await using test = await testApp({ routes: { a }, transport: 'socket' })
    const client = new RawClient(Number(new URL(test.baseUrl).port)).write(handshake('/'))
    const head = await client.until(/\r\n\r\n/)
    expect(head).toContain('x-other: yes')
    expect(head.match(/^upgrade: .*$/gim)).toEqual(['Upgrade: websocket'])
    client.destroy()
  })

  it('is one of TLS as well', async () => {
    const { routes, summaries } = chat()
    await using test = await testApp({ routes, server: { tls: TEST_CERTIFICATE } })
    const { port } = await test.app.listen({ port: 0, host: '127.0.0.1', signals: false })
    const ws = new WebSocket(`wss://localhost:${port}/open`, {
      ca: TEST_CERTIFICATE.cert,
      lookup: (_, __, found) => found(null, [{ address: '127.0.0.1', family: 4 }] as never, 4),
    })
    await once(ws, 'open')
    expect(await said(ws, 'a')).toBe('a')
    ws.close()
    await until(() => summaries.length === 1)
    expect(summaries).toMatchObject([{ status: 101, aborted: false }])
  })

  it('is one of a hundred', async () => {
    const { routes, summaries } = chat()
    await using test = await testApp({ routes, transport: 'socket' })
    const all = await Promise.all(Array.from({ length: 100 }, () => connected(`${test.baseUrl}/open`)))
    expect(await Promise.all(all.map((ws, at) => said(ws, String(at))))).toEqual(
      all.map((_, at) => String(at)),
    )
    for (const ws of all) ws.close()
    await until(() => summaries.length === 100)
    expect(new Set(summaries.map(({ status }) => status))).toEqual(new Set([101]))
  })

  it('is recorded as aborted when the client cuts it', async () => {
    const { routes, summaries, aborted } = chat()
    await using test = await testApp({ routes, transport: 'socket' })
    const client = new RawClient(Number(new URL(test.baseUrl).port)).write(handshake('/open'))
    await client.until(/\r\n\r\n/)
    client.reset()
    await until(() => summaries.length === 1)
    expect(summaries).toMatchObject([{ status: 101, aborted: true }])
    expect(aborted).toHaveLength(1)
  })

  it('outlives the deadline of its route', async () => {
    const { routes, aborted, remaining } = chat(50)
    await using test = await testApp({ routes, transport: 'socket', now: 0 })
    const ws = await connected(`${test.baseUrl}/open`)
    await test.clock.advance(1_000)
    expect([await said(ws, 'a'), aborted, remaining()]).toEqual(['a', [], Infinity])
    ws.terminate()
  })
})

describe('a request for WebSocket is refused by an ordinary answer', () => {
  it.each([
    [401, '/guarded/1', {}, 'ERR_CORE_UNAUTHORIZED'],
    [403, '/guarded/1', { 'x-user': 'bob' }, 'ERR_CORE_FORBIDDEN'],
    [400, '/guarded/x', { 'x-user': 'ann' }, 'ERR_CORE_VALIDATION'],
    [400, '/guarded/1?size=x', { 'x-user': 'ann' }, 'ERR_CORE_VALIDATION'],
    [404, '/gone', {}, 'ERR_CORE_NOT_FOUND'],
  ] as const)('%s for %s', async (status, path, headers, code) => {
    const { routes, summaries } = chat()
    await using test = await testApp({ routes, transport: 'socket' })
    const answer = await refused(test.baseUrl + path, headers)
    expect(answer).toMatchObject({ status, code })
    expect(answer.headers['connection']).toBe('close')
    await until(() => summaries.length === 1)
    expect(summaries).toMatchObject([{ status, aborted: false }])
    const ws = await connected(`${test.baseUrl}/guarded/1`, { 'x-user': 'ann' })
    expect(await said(ws, 'a')).toBe('a')
    ws.terminate()
  })

  it('404 for a path that no route takes, on a connection that goes on', async () => {
    const { routes } = chat()
    await using test = await testApp({ routes, transport: 'socket' })
    const client = new RawClient(Number(new URL(test.baseUrl).port))
    for (let n = 0; n < 2; n++) expect((await client.request(handshake('/nowhere'))).status).toBe(404)
    client.destroy()
  })

  it('426 without the request, with the protocol to ask for, and the connection is kept', async () => {
    const { routes } = chat()
    await using test = await testApp({ routes, transport: 'socket' })
    const client = new RawClient(Number(new URL(test.baseUrl).port))
    for (const more of ['', 'Upgrade: websocket\r\n', 'Connection: Upgrade\r\nUpgrade: h2c\r\n']) {
      const answer = await client.request(`GET /open HTTP/1.1\r\nHost: x\r\n${more}\r\n`)
      expect([answer.status, answer.headers.get('upgrade'), answer.headers.get('connection')]).toEqual([
        426,
        'websocket',
        'upgrade',
      ])
    }
    const last = await client.request('GET /open HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n')
    expect(last.headers.get('connection')).toBe('upgrade, close')
    await client.closed()
  })

  it('426 to HTTP/1.0, whose upgrade is ignored', async () => {
    const { routes } = chat()
    await using test = await testApp({ routes, transport: 'socket' })
    const client = new RawClient(Number(new URL(test.baseUrl).port))
    const asked = handshake('/open')
      .replace('HTTP/1.1', 'HTTP/1.0')
      .replace('Upgrade\r\n', 'Upgrade, keep-alive\r\n')
    const answer = await client.request(asked)
    expect([answer.status, answer.headers.get('connection')]).toEqual([426, 'upgrade, keep-alive'])
    client.destroy()
  })

  it('426 to HEAD, after whose answer no protocol could begin', async () => {
    const { routes } = chat()
    await using test = await testApp({ routes, transport: 'socket' })
    const client = new RawClient(Number(new URL(test.baseUrl).port))
    client.write(handshake('/open').replace('GET', 'HEAD'))
    expect(await client.until(/\r\n\r\n/)).toMatch(/^HTTP\/1\.1 426 /)
    client.destroy()
  })

  it('400 with a body, which nobody takes for the first bytes of the protocol', async () => {
    const { routes } = chat()
    await using test = await testApp({ routes, transport: 'socket' })
    const client = new RawClient(Number(new URL(test.baseUrl).port))
    client.write(`${handshake('/open', 'Content-Length: 3\r\n')}abc`)
    expect(await client.closed()).toMatch(/^HTTP\/1\.1 400 [^]*must not have a body/)
  })

  it('400 and more from what takes the connection, which then counts', async () => {
    const { routes, summaries } = chat()
    await using test = await testApp({ routes, transport: 'socket' })
    const client = new RawClient(Number(new URL(test.baseUrl).port))
    client.write(handshake('/open').replace('Key: dGhlIHNhbXBsZSBub25jZQ==', 'Key: short'))
    expect(await client.closed()).toMatch(/^HTTP\/1\.1 400 /)
    await until(() => summaries.length === 1)
    expect(summaries).toMatchObject([{ status: 400, aborted: false }])
  })

  it('426 and 501 in process, where no connection can be switched', async () => {
    const { routes } = chat()
    await using test = await testApp({ routes })
    const plain = await test.request('GET', '/open')
    expect([plain.status, plain.headers.get('upgrade'), plain.headers.get('connection')]).toEqual([
      426,
      'websocket',
      null,
    ])
    const asked = await test.request('GET', '/open', { headers: { upgrade: 'websocket' } })
    expect([asked.status, await asked.json()]).toMatchObject([501, { code: 'ERR_CORE_NOT_IMPLEMENTED' }])
    test.takeErrors()
  })

  it('but a route that offers no protocol answers as it does without one, and keeps the connection', async () => {
    const { routes } = chat()
    await using test = await testApp({ routes, transport: 'socket' })
    const client = new RawClient(Number(new URL(test.baseUrl).port))
    for (let n = 0; n < 2; n++)
      expect(await client.request(handshake('/plain'))).toMatchObject({ status: 200, body: 'plain' })
    client.destroy()
  })
})
