// Revocations by processes whose clocks differ.
import { createMemoryBus, createMemoryStore } from '@keelson/core/ports'
import { describe, expect, it, onTestFinished } from 'vitest'
import { issuerApp } from './token-issuer.ts'

const keys = [{ secret: 'Zf6hK1tV_bG3nXc8RqLw0sYp4eMu7jDa' }]
const SKEW_MS = 3000

async function opened(shared: Parameters<typeof issuerApp>[1], aheadMs = 0) {
  const app = await issuerApp({ keys }, shared)
  onTestFinished(() => app.close())
  await app.clock.advance(aheadMs)
  return app
}

describe('two processes, of which one has a clock that is three seconds ahead', () => {
  async function two() {
    const shared = { store: createMemoryStore(), bus: createMemoryBus() }
    return { one: await opened(shared), ahead: await opened(shared, SKEW_MS), shared }
  }

  it('what one has revoked stays revoked when the other revokes once more', async () => {
    const { one, ahead, shared } = await two()
    const token = await ahead.tokens.issueAccess('ada')
    expect(await one.status(token)).toBe(200)
    await ahead.tokens.revokeAll('ada')
    await one.tokens.revokeAll('ada')
    for (const app of [one, ahead, await opened(shared)]) {
      expect(await app.status(token)).toBe(401)
      expect(await app.tokens.introspect(token)).toEqual({ active: false })
    }
  })

  it('what was issued between two revocations is revoked by the second', async () => {
    const { one, ahead, shared } = await two()
    await ahead.tokens.revokeAll('ada')
    const between = await one.tokens.issueAccess('ada')
    expect(await ahead.status(between)).toBe(200)
    await one.tokens.revokeAll('ada')
    for (const app of [one, ahead, await opened(shared)]) expect(await app.status(between)).toBe(401)
    const { access_token: after } = await one.signIn()
    for (const app of [one, ahead, await opened(shared)]) expect(await app.status(after)).toBe(200)
  })

  it('a sign-in after a revocation is good, also in a process that was not there when it was told', async () => {
    const { one, ahead, shared } = await two()
    await ahead.tokens.revokeAll('ada')
    const late = await opened(shared)
    const answer = await late.signIn()
    for (const app of [late, one, ahead]) expect(await app.status(answer.access_token)).toBe(200)
  })

  it('a revocation is known for as long as the tokens that it revokes could be used', async () => {
    const { one, ahead, shared } = await two()
    const token = await ahead.tokens.issueAccess('ada')
    await ahead.tokens.revokeAll('ada')
    await one.tokens.revokeAll('ada')
    const late = await opened(shared, 300_000 + SKEW_MS)
    expect(await late.status(token)).toBe(401)
  })
})

it('of many revocations of a user at once each is done', async () => {
  const shared = { store: createMemoryStore(), bus: createMemoryBus() }
  const apps = [await opened(shared), await opened(shared, SKEW_MS)]
  const token = await apps[1]!.tokens.issueAccess('ada')
  await Promise.all(Array.from({ length: 61 }, (_, at) => apps[at % 2]!.tokens.revokeAll('ada')))
  for (const app of [...apps, await opened(shared)]) expect(await app.status(token)).toBe(401)
})
