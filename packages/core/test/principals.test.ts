import { currentFrame, middleware, PRINCIPAL, route, TENANT } from '@keelson/core'
import { testApp } from '@keelson/testing'
import { expect, it } from 'vitest'
import { open } from './support.ts'

const by = (header: string) =>
  middleware({
    name: header,
    stage: 'authenticate',
    run: () => undefined,
    principal: (ctx) => {
      const id = ctx.header(header)
      return id === undefined ? undefined : { id, kind: 'user' }
    },
    tenant: (ctx) => ctx.header(header),
  })

it('of several who say who calls, the last that knows counts', async () => {
  const a = route
    .use(by('x-session'))
    .use(by('x-bearer'))
    .get('/', open, () => [currentFrame()?.get(PRINCIPAL)?.id ?? null, currentFrame()?.get(TENANT) ?? null])
  await using app = await testApp({ routes: { a } })
  const ask = async (headers: Record<string, string>) => (await app.request('GET', '/', { headers })).json()
  expect(await ask({ 'x-session': 's', 'x-bearer': 'b' })).toEqual(['b', 'b'])
  expect(await ask({ 'x-session': 's' })).toEqual(['s', 's'])
  expect(await ask({ 'x-bearer': 'b' })).toEqual(['b', 'b'])
  expect(await ask({})).toEqual([null, null])
})
