import { generateKeyPairSync } from 'node:crypto'
import { reply, route } from '@keelson/core'
import { createMemoryStore } from '@keelson/core/ports'
import { testApp } from '@keelson/testing'
import { describe, expect, it } from 'vitest'
import {
  anyOf,
  ApiKeys,
  apiKeys,
  EndAccess,
  session,
  Sessions,
  signedIn,
  Tokens,
  tokens,
  type AccessHolder,
} from '@keelson/auth'
import { Browser } from './session-browser.ts'

const load = (id: string) => ({ id })
const web = route
  .use(anyOf(session({ load }), apiKeys({ user: (key) => ({ id: key.userId }) })))
  .inject({ sessions: Sessions, access: EndAccess })
const routes = {
  signIn: web.post('/sign-in/:id', { access: 'public' }, async (ctx) => {
    await ctx.sessions.signIn(ctx, ctx.params.id)
    return reply(204)
  }),
  me: web.get('/me', { access: signedIn() }, ({ user }) => user.id),
  block: web.delete('/users/:id', { access: 'public' }, ({ access, params }) => access.endAccess(params.id)),
}

describe('ending the access of a user', () => {
  it('ends sessions and keys of this user, and of no other', async () => {
    await using app = await testApp({ routes, transport: 'socket' })
    const [ada, again, eve] = [new Browser(app), new Browser(app), new Browser(app)]
    await ada.ask('POST', '/sign-in/ada')
    await again.ask('POST', '/sign-in/ada')
    await eve.ask('POST', '/sign-in/eve')
    const { key } = await app.resolve(ApiKeys).issue({ userId: 'ada', name: 'import' })
    const byKey = { authorization: `Bearer ${key.reveal()}` }
    expect(await new Browser(app).status('GET', '/me', byKey)).toBe(200)

    const answer = await eve.ask('DELETE', '/users/ada')
    expect(await answer.json()).toEqual({ sessions: 2, apiKeys: 1 })
    expect(await new Browser(app).status('GET', '/me', byKey)).toBe(401)
    const statuses = await Promise.all([ada, again, eve].map((one) => one.status('GET', '/me')))
    expect(statuses).toEqual([401, 401, 200])
    expect(await app.resolve(EndAccess).endAccess('ada')).toEqual({ sessions: 0, apiKeys: 0 })
  })

  it('ends tokens as well, where the app issues some', async () => {
    const { privateKey } = generateKeyPairSync('ed25519')
    const issuer = tokens({
      keys: [{ key: privateKey }],
      issuer: 'https://shop.example',
      audience: 'shop',
      user: ({ sub }) => ({ id: sub }),
    })
    await using app = await testApp({ routes, plugins: [issuer] })
    const { refresh_token } = await app.resolve(Tokens).issue('ada')
    expect(await app.resolve(EndAccess).endAccess('ada')).toEqual({ sessions: 0, apiKeys: 0, tokens: 1 })
    await expect(app.resolve(Tokens).refresh(refresh_token)).rejects.toMatchObject({ status: 400 })
  })

  it('ends the rest where something fails, and names what', async () => {
    const ended: string[] = []
    const holder = (name: string): AccessHolder => ({
      revokeAll: (userId) => Promise.resolve(ended.push(`${name} of ${userId}`)),
    })
    const down: AccessHolder = { revokeAll: () => Promise.reject(new Error('ECONNREFUSED')) }
    const broken = {
      revokeAll: () => {
        throw new TypeError('broken')
      },
    }
    const access = new EndAccess(down, holder('keys'), holder('tokens'), {
      devices: holder('devices'),
      broken,
    })
    const failed = access.endAccess('ada')
    await expect(failed).rejects.toMatchObject({
      code: 'ERR_CORE_UNAVAILABLE',
      message: 'Access could not be ended: sessions, broken. Try again.',
      cause: { errors: [{ message: 'ECONNREFUSED' }, { message: 'broken' }] },
    })
    expect(ended).toEqual(['keys of ada', 'tokens of ada', 'devices of ada'])
  })

  it.each([undefined, null, '', 7, { id: 'ada' }])(
    'is refused for what is no id of a user: %j',
    async (wrong) => {
      await using app = await testApp({ routes })
      for (const end of [
        app.resolve(EndAccess).endAccess(wrong as never),
        app.resolve(Sessions).revokeAll(wrong as never),
        app.resolve(ApiKeys).revokeAll(wrong as never),
      ])
        await expect(end).rejects.toMatchObject({ code: 'ERR_CORE_ARGUMENT' })
    },
  )

  it('is a 503 where the store is down, and the log names what could not be ended', async () => {
    const store = createMemoryStore()
    await using app = await testApp({ routes, ports: { store }, transport: 'socket' })
    await store.close()
    const answer = await app.request('DELETE', '/users/ada', { headers: { 'sec-fetch-site': 'same-origin' } })
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '1'])
    expect(await answer.text()).not.toContain('sessions')
    expect(JSON.stringify(app.log.lines)).toContain('Access could not be ended: sessions, apiKeys.')
    app.takeErrors()
  })

  it('takes what else holds access, bound beside them', async () => {
    class Devices {
      static readonly inject = [] as const
      readonly gone: string[] = []
      revokeAll(userId: string): Promise<number> {
        return Promise.resolve(this.gone.push(userId))
      }
    }
    const all = EndAccess.bind({ inject: { devices: Devices }, others: ({ devices }) => ({ devices }) })
    await using app = await testApp({ routes, providers: [all] })
    expect(await app.resolve(EndAccess).endAccess('ada')).toEqual({ sessions: 0, apiKeys: 0, devices: 1 })
    expect(app.resolve(Devices).gone).toEqual(['ada'])
  })
})
