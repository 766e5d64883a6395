import { route, router } from '@keelson/core'
import { testApp } from '@keelson/testing'
import { describe, expect, it } from 'vitest'

const echo = route.get('/', { access: 'public' }, ({ header }) => ({
  user: header('x-user') ?? null,
  accept: header('accept') ?? null,
}))
const routes = { echo: router('/echo', { show: echo }) }

describe.each(['memory', 'socket'] as const)('a caller with headers, over %s', (transport) => {
  it('sends them with each request and each call of its client', async () => {
    await using test = await testApp({ routes, transport })
    const ada = test.withHeaders({ 'X-User': 'ada' })
    expect(ada.headers).toEqual({ 'x-user': 'ada' })
    expect(await (await ada.request('GET', '/echo')).json()).toMatchObject({ user: 'ada' })
    expect(await ada.client.echo.show()).toMatchObject({ user: 'ada' })
  })

  it('is not the app itself, and not another caller', async () => {
    await using test = await testApp({ routes, transport })
    const [ada, bob] = ['ada', 'bob'].map((user) => test.withHeaders({ 'x-user': user }))
    expect(await bob!.client.echo.show()).toMatchObject({ user: 'bob' })
    expect(await ada!.client.echo.show()).toMatchObject({ user: 'ada' })
    expect(await test.client.echo.show()).toMatchObject({ user: null })
    expect(test.headers).toEqual({})
  })

  it('sends those of a single request in their place, in whatever case', async () => {
    await using test = await testApp({ routes, transport })
    const ada = test.withHeaders({ 'x-user': 'ada', accept: 'application/json' })
    const answer = await ada.request('GET', '/echo', { headers: { 'X-USER': 'bob' } })
    expect(await answer.json()).toEqual({ user: 'bob', accept: 'application/json' })
  })
})

it('takes headers alone', async () => {
  await using test = await testApp({ routes })
  expect(() => test.withHeaders('x-user: ada' as never)).toThrow('test.withHeaders')
})
