import { route } from '@keelson/core'
import { readCookie, setCookie } from '@keelson/http'
import { testApp } from '@keelson/testing'
import { describe, expect, it } from 'vitest'
import { FROM, HTTP_STATE, NOW } from './http-state-data.ts'
import { open } from './support.ts'
import { UserAgent, visit } from './user-agent.ts'

/** The pairs of a `cookie` header, as they are written. */
const pairsOf = (header: string): [name: string, value: string][] =>
  header.split('; ').flatMap((pair) => {
    const at = pair.indexOf('=')
    return at === -1 ? [] : [[pair.slice(0, at), pair.slice(at + 1)]]
  })

const sentOnes = HTTP_STATE.filter(({ sent }) => sent !== '')
const TOKEN = /^[!#$%&'*+\-.^_`|~\w]+$/
const pairs = [
  ...new Map(sentOnes.flatMap(({ sent }) => pairsOf(sent)).map((one) => [one.join('='), one])).values(),
]
const names = [...new Set(pairs.map(([name]) => name))]

describe('the browser of these tests', () => {
  // RFC 6265bis §5.6 keeps a pair without `=` as a cookie without a name, which RFC 6265 and the data drop.
  it.each(HTTP_STATE)('keeps of http-state case $name what has a name', ({ received, sent, to }) => {
    const agent = new UserAgent(() => NOW)
    for (const line of received) agent.receive(line, FROM)
    const kept = agent.cookiesFor(to).filter((one) => one.name !== '')
    expect(kept.map(({ name, value }) => `${name}=${value}`).join('; ')).toBe(sent)
  })
})

describe('what browsers send', () => {
  const all = names.filter((name) => TOKEN.test(name))
  const show = route.get('/', open, (ctx) =>
    all
      .map((name) => [name, readCookie(ctx, name, { prefix: 'none' })])
      .filter(([, value]) => value !== undefined),
  )

  // Over HTTP what is beyond ASCII comes as bytes.
  it.each(sentOnes.filter(({ sent }) => /^[\0-\x7f]*$/.test(sent)))(
    'is read as in http-state case $name, without quotes',
    async ({ sent }) => {
      await using test = await testApp({ routes: { show } })
      const first = new Map<string, string>()
      for (const [name, value] of pairsOf(sent))
        if (TOKEN.test(name) && !first.has(name)) first.set(name, value.replace(/^"(.*)"$/, '$1'))
      const read = await (await test.request('GET', '/', { headers: { cookie: sent } })).json()
      expect(new Map(read as [string, string][])).toEqual(first)
    },
  )
})

describe('what setCookie writes', () => {
  const kept = pairs.filter(([name, value]) => TOKEN.test(name) && value.length < 4000)

  it.each(kept)('a browser keeps and sends back: %s=%s', async (name, value) => {
    const write = route.get('/', open, (ctx) => setCookie(ctx, name, value))
    const read = route.get('/read', open, (ctx) => ({ value: readCookie(ctx, name) }))
    await using test = await testApp({ routes: { write, read } })
    const agent = new UserAgent()
    await visit(test.app, agent, '/')
    expect(agent.stored).toMatchObject([
      { name: `__Host-${name}`, isHostOnly: true, isSecure: true, isHttpOnly: true },
    ])
    expect(await (await visit(test.app, agent, '/read')).json()).toEqual({ value })
  })

  it.each(names.filter((name) => !TOKEN.test(name)))('has no name that is not a token: %s', async (name) => {
    const write = route.get('/', open, (ctx) => setCookie(ctx, name, 'x'))
    await using test = await testApp({ routes: { write } })
    expect((await visit(test.app, new UserAgent(), '/')).status).toBe(500)
    expect(JSON.stringify(test.takeErrors())).toContain('is not the name of a cookie')
  })
})
