// Tokens over each store: what must hold when several use one refresh token at once.
import { createMemoryBus, systemClock } from '@keelson/core/ports'
import { expect, it, onTestFinished, describe } from 'vitest'
import { Tokens, type IssuedTokens } from '@keelson/auth/tokens'
import { describeStores } from './stores.ts'

const options = {
  keys: [{ secret: 'Zf6hK1tV_bG3nXc8RqLw0sYp4eMu7jDa' }],
  issuer: 'https://shop.example.com',
  audience: 'orders',
  storeTimeoutMs: 10_000,
}

describeStores((name, make) =>
  describe(`refresh tokens ${name}`, () => {
    async function two() {
      const { store, dispose } = await make()
      onTestFinished(dispose)
      const ports = { store, bus: createMemoryBus(), clock: systemClock }
      const services = [new Tokens(ports, options), new Tokens(ports, options)] as const
      for (const one of services) await one.onStart(AbortSignal.timeout(10_000))
      return services
    }

    it('give one answer, however many ask at once', async () => {
      const [one, other] = await two()
      let { refresh_token: token } = await one.issue('ada')
      for (let round = 0; round < 5; round++) {
        const answers = await Promise.all([one, other, one, other].map((service) => service.refresh(token)))
        const texts = new Set(answers.map((answer) => JSON.stringify(answer)))
        expect(texts.size).toBe(1)
        token = answers[0]!.refresh_token
      }
    })

    it('give none to one of two programs that use a token at once, and then to neither', async () => {
      const [one, other] = await two()
      const { refresh_token: token } = await one.issue('ada')
      const settled = await Promise.allSettled([
        one.refresh(token, { caller: 'app' }),
        other.refresh(token, { caller: 'thief' }),
      ])
      const given = settled.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
      expect(given.length).toBeLessThanOrEqual(1)
      for (const answer of given) {
        await expect(one.refresh(answer.refresh_token)).rejects.toMatchObject({ code: 'ERR_AUTH_GRANT' })
        expect(await other.introspect(answer.access_token)).toEqual({ active: false })
      }
    })

    it('are over when all of the user are revoked while they are used', async () => {
      const [one, other] = await two()
      const issued = await Promise.all(Array.from({ length: 5 }, () => one.issue('ada')))
      const refreshed = Promise.allSettled(issued.map(({ refresh_token: token }) => one.refresh(token)))
      await other.revokeAll('ada')
      const answers = (await refreshed).flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []))
      const tokensOf = ({ access_token: access, refresh_token: refresh }: IssuedTokens) => [access, refresh]
      for (const token of [...issued, ...answers].flatMap(tokensOf))
        expect(await other.introspect(token)).toEqual({ active: false })
    })

    it('are over, or are good, together with the access token of a sign-in that is under way meanwhile', async () => {
      const [one, other] = await two()
      for (let round = 0; round < 10; round++) {
        const signIns = Array.from({ length: 3 }, () => one.issue('ada'))
        const revoked = other.revokeAll('ada')
        for (const { access_token: access, refresh_token: refresh } of await Promise.all(signIns)) {
          await revoked
          const [isAccess, isRefresh] = [await one.introspect(access), await one.introspect(refresh)]
          expect(isRefresh.active).toBe(isAccess.active)
        }
      }
    })
  }),
)
