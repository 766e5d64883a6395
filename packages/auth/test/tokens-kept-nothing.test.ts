// An issuer that keeps nothing: it asks for no store and no bus, and what would need one says so.
import { createMemoryStore, systemClock } from '@keelson/core/ports'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createApp, route } from '@keelson/core'
import { createMemoryLogger } from '@keelson/core/spi'
import { Tokens, tokens, type IssuerOptions } from '@keelson/auth/tokens'
import { ISSUER, issuerApp } from './token-issuer.ts'

const keys = [{ secret: 'Zf6hK1tV_bG3nXc8RqLw0sYp4eMu7jDa' }]
const NOTHING = { keys, refresh: false, checkRevoked: false }

async function opened() {
  const store = createMemoryStore()
  // Whoever asked it would get an error.
  await store.close()
  const app = await issuerApp(NOTHING, { store })
  onTestFinished(() => {
    app.takeErrors()
    return app.close()
  })
  return app
}

describe('an issuer that keeps nothing', () => {
  it('lets in whom its tokens name, until they end', async () => {
    const app = await opened()
    const token = await app.tokens.issueAccess('ada')
    expect(await app.status(token)).toBe(200)
    expect(await app.tokens.introspect(token)).toMatchObject({ active: true, sub: 'ada' })
    await app.clock.advance(400_000)
    expect(await app.status(token)).toBe(401)
  })

  it('knows no refresh token, and makes none', async () => {
    const app = await opened()
    const token = `refresh_${'0'.repeat(12)}_${'0'.repeat(49)}`
    await expect(app.tokens.refresh(token)).rejects.toMatchObject({ code: 'ERR_AUTH_GRANT' })
    await expect(app.tokens.issue('ada')).rejects.toThrow(/refresh: false.*issueAccess/)
  })

  it('does not say that it has revoked what it has not', async () => {
    const app = await opened()
    const token = await app.tokens.issueAccess('ada')
    await expect(app.tokens.revoke(token)).rejects.toThrow(/keeps nothing/)
    await expect(app.tokens.revokeAll('ada')).rejects.toThrow(/keeps nothing/)
    expect(await app.status(token)).toBe(200)
  })

  it('starts in production without a word about a store', async () => {
    const { log, lines } = createMemoryLogger()
    const shop = tokens({ ...NOTHING, issuer: ISSUER, audience: 'orders', user: ({ sub }) => ({ id: sub }) })
    const me = route.use(shop.scheme).get('/me', { access: 'public' }, ({ user }) => user?.id ?? '')
    await using app = createApp({ mode: 'production', log, plugins: [shop], routes: { me } })
    await app.start()
    expect(JSON.stringify(lines)).not.toMatch(/KEY_VALUE_STORE|"warn"/)
  })
})

it('one that keeps something has a store, a bus, and no store for what it does not make', () => {
  const options = { keys, issuer: ISSUER, audience: 'orders' }
  for (const half of [{}, { refresh: false }, { checkRevoked: false }])
    expect(() => new Tokens({ clock: systemClock }, { ...options, ...half })).toThrow(/no store or no bus/)
  const user = () => ({ id: 'ada' })
  const both = { ...options, refresh: false, user, store: Tokens as never } as IssuerOptions<object>
  expect(() => tokens(both)).toThrow(/store of refresh tokens/)
})

it('without refresh tokens alone it revokes as others do', async () => {
  const app = await issuerApp({ keys, refresh: false })
  onTestFinished(() => app.close())
  const token = await app.tokens.issueAccess('ada')
  await app.tokens.revokeAll('ada')
  expect(await app.status(token)).toBe(401)
})
