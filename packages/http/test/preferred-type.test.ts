import { content, reply, route, router } from '@keelson/core'
import { preferredType } from '@keelson/http'
import { testApp } from '@keelson/testing'
import { describe, expect, it } from 'vitest'
import { open } from './support.ts'

const V1 = 'application/vnd.shop.v1+json'
const V2 = 'application/vnd.shop.v2+json'
const show = route.get('/', open, (ctx) => {
  const type = preferredType(ctx, [V2, V1])
  return reply(200, type, { 'content-type': type })
})

describe('preferredType', () => {
  it.each([
    [undefined, V2],
    ['', V2],
    [' , ', V2],
    ['*/*', V2],
    [V1, V1],
    [V1.toUpperCase(), V1],
    [`${V1};q=0.5, ${V2};q=0.4`, V1],
    [`${V1}, ${V2}`, V2],
    [`application/*;q=0.1, ${V1}`, V1],
    [`${V2};q=0, */*`, V1],
    [`${V2};q=0, application/*`, V1],
    [`${V1};q=2`, V1],
    [`${V2};q=0.3, ${V1};q=x`, V1],
    [`${V1};v=1;q=0.9`, V1],
    ['text/html', 406],
    [`${V1};q=0`, 406],
    [`${V1};q=0.000, ${V2};q=0`, 406],
    ['a'.repeat(8000), 406],
  ])('by accept: %s', async (accept, expected) => {
    await using test = await testApp({ routes: { show }, transport: 'socket' })
    const answer = await test.request('GET', '/', accept === undefined ? {} : { headers: { accept } })
    expect(answer.headers.get('vary')).toBe('accept')
    expect(answer.ok ? answer.headers.get('content-type') : answer.status).toBe(expected)
  })

  it('refuses what is not a media type', async () => {
    const wrong = route.get('/', open, (ctx) => preferredType(ctx, ['json']))
    const ranged = route.get('/b', open, (ctx) => preferredType(ctx, ['text/html; charset=utf-8']))
    await using test = await testApp({ routes: { wrong, ranged } })
    for (const path of ['/', '/b']) expect((await test.request('GET', path)).status).toBe(500)
    expect(test.takeErrors()).toHaveLength(2)
  })

  it('chooses between declared contents', async () => {
    const versions = router('/v', {
      show: route.get('/', { ...open, response: content(V2, V1) as never }, (ctx) => {
        const type = preferredType(ctx, [V2, V1])
        return reply(200, JSON.stringify({ type }), { 'content-type': type }) as never
      }),
    })
    await using test = await testApp({ routes: { versions } })
    const answer = await test.request('GET', '/v', { headers: { accept: V1 } })
    expect(await answer.json()).toEqual({ type: V1 })
  })
})
