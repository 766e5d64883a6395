import { bind, route, t } from '@keelson/core'
import { createMemoryLogger } from '@keelson/core/spi'
import { testApp } from '@keelson/testing'
import { describe, expect, it } from 'vitest'
import { assertPassword, Passwords } from '@keelson/auth/passwords'

const PASSWORD = 'correct horse battery staple'
const CHOSEN = 'a plum tree by the canal'
const OLD = 'Zf6hK1tV_bG3nXc8RqLw0sYp4eMu7jDa'
const NEW = 'iC5oE9xS-kB2vT7zPaWd1mHg6uNy8rJf'

describe('passwords', () => {
  const passwords = new Passwords()

  it('are hashed by argon2id with 19 MiB and 2 passes, as a PHC string, salted anew each time', async () => {
    const [one, two] = await Promise.all([passwords.hash(PASSWORD), passwords.hash(PASSWORD)])
    expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[\w+/]{22}\$[\w+/]{43}$/)
    expect(one).not.toBe(two)
  })

  it('are right or wrong', async () => {
    const stored = await passwords.hash(PASSWORD)
    expect(await passwords.verify(PASSWORD, stored)).toEqual({})
    expect(await passwords.verify(`${PASSWORD} `, stored)).toBeUndefined()
    expect(await passwords.verify(PASSWORD.slice(0, -1), stored)).toBeUndefined()
  })

  it('are wrong for nobody', async () => {
    expect(await passwords.verify(PASSWORD, undefined)).toBeUndefined()
    expect(await passwords.verify(PASSWORD, null)).toBeUndefined()
  })

  it.each([undefined, null, '', '!', 'oauth:github:1'])(
    'cost a hash where there is none: %j',
    async (stored) => {
      const one = new Passwords({ maxConcurrent: 1, maxQueued: 0 })
      await one.onStart()
      const busy = one.hash(PASSWORD)
      await expect(one.verify(PASSWORD, stored)).rejects.toMatchObject({ status: 503 })
      await busy
    },
  )

  it.each([
    'google',
    'oauth:github:1',
    'sso|acme|7f3',
    '',
    '!',
    `!${'x'.repeat(40)}`,
    '*',
    '!!',
    `!${'$argon2id$v=19$m=19456,t=2,p=1$'}`,
  ])('are wrong for a user who never had one, as for nobody: %j', async (stored) => {
    for (const one of [passwords, new Passwords({ pepper: [NEW] })])
      expect(await one.verify(PASSWORD, stored)).toBeUndefined()
    await using test = await testApp({
      routes: {
        signIn: route
          .inject({ passwords: Passwords })
          .post('/', { access: 'public', body: t.Object({ password: t.String() }) }, async (ctx) => ({
            isRight: (await ctx.passwords.verify(ctx.body.password, stored)) !== undefined,
          })),
      },
    })
    const answer = await test.request('POST', '/', { json: { password: PASSWORD } })
    expect([answer.status, await answer.json()]).toEqual([200, { isRight: false }])
  })

  it('are the same in each form of Unicode in which a keyboard sends them (NFKC)', async () => {
    const stored = await passwords.hash('zwölf Elefanten im Flur')
    expect(await passwords.verify('zwo\u0308lf Elefanten im Flur', stored)).toEqual({})
    expect(await passwords.verify('zwölf Elefanten im \uff26lur', stored)).toEqual({})
  })

  it('are looked at to their last character (NIST SP 800-63B-4 §3.1.1.2: no truncation)', async () => {
    const long = 'a plum tree by the canal '.repeat(8)
    const stored = await passwords.hash(`${long}1`)
    expect(await passwords.verify(`${long}2`, stored)).toBeUndefined()
  })

  it('that no hash can be of are wrong, and refused as new ones', async () => {
    const stored = await passwords.hash(PASSWORD)
    for (const [password, flaw] of [
      ['', 'too-short'],
      ['x'.repeat(1025), 'too-long'],
      ['ä'.repeat(513), 'too-long'],
      [`${PASSWORD}\ud800`, 'malformed'],
      [`${PASSWORD}\0`, 'malformed'],
    ] as const) {
      expect(await passwords.verify(password, stored)).toBeUndefined()
      await expect(passwords.hash(password)).rejects.toMatchObject({
        code: 'ERR_AUTH_PASSWORD_REFUSED',
        details: { flaws: [flaw] },
      })
    }
    await expect(passwords.verify(undefined as never, stored)).rejects.toMatchObject({
      code: 'ERR_CORE_ARGUMENT',
    })
  })

  it('get a new hash when the old one had another cost, of the password alone that is right', async () => {
    const costly = new Passwords({ passes: 3 })
    const stored = await passwords.hash(PASSWORD)
    expect(await costly.verify('wrong', stored)).toBeUndefined()
    const { newHash } = (await costly.verify(PASSWORD, stored))!
    expect(newHash).toContain('$m=19456,t=3,p=1$')
    expect(await costly.verify(PASSWORD, newHash)).toEqual({})
  })

  it('are not weaker than the defaults', () => {
    expect(() => new Passwords({ memoryKiB: 4096 })).toThrow('Option memoryKiB')
    expect(() => new Passwords({ passes: 1 })).toThrow('Option passes')
  })
})

describe('a pepper', () => {
  const none = new Passwords()
  const old = new Passwords({ pepper: [OLD] })
  const rotated = new Passwords({ pepper: [NEW, OLD] })

  it('is named before the hash, which is worth nothing without it', async () => {
    const stored = await old.hash(PASSWORD)
    const [, bare = ''] = /^pepper\.[\w-]{8}(\$argon2id\$.+)$/.exec(stored) ?? []
    expect(await old.verify(PASSWORD, stored)).toEqual({})
    expect(await none.verify(PASSWORD, bare)).toBeUndefined()
    const { log, lines } = createMemoryLogger()
    expect(await new Passwords({}, log).verify(PASSWORD, stored)).toBeUndefined()
    expect(lines).toMatchObject([
      { errorCode: 'ERR_AUTH_PASSWORD_HASH', msg: expect.stringContaining('the pepper') },
    ])
  })

  it('is rotated at sign-in, and put to hashes that have none', async () => {
    for (const stored of [await old.hash(PASSWORD), await none.hash(PASSWORD)]) {
      const { newHash } = (await rotated.verify(PASSWORD, stored))!
      expect(await new Passwords({ pepper: [NEW] }).verify(PASSWORD, newHash)).toEqual({})
    }
    expect(await old.verify(PASSWORD, undefined)).toBeUndefined()
  })

  it('is refused with fewer than 256 bits, and twice', () => {
    expect(() => new Passwords({ pepper: ['pepper'] })).toThrow('256 bits')
    expect(() => new Passwords({ pepper: [OLD, OLD] })).toThrow('the same as')
    expect(() => new Passwords({ pepper: [] })).toThrow('Option pepper')
  })
})

describe('in an app', () => {
  const users = new Map<string, string>()
  const api = route.inject({ passwords: Passwords })
  const CREDENTIALS = t.Object({ name: t.String(), password: t.String() })
  const routes = {
    signUp: api.post('/users', { access: 'public', body: CREDENTIALS }, async ({ body, passwords }) => {
      await assertPassword(body.password, { words: [body.name] })
      users.set(body.name, await passwords.hash(body.password))
      return null
    }),
    signIn: api.post('/sign-in', { access: 'public', body: CREDENTIALS }, async ({ body, passwords }) => {
      const match = await passwords.verify(body.password, users.get(body.name))
      return { isRight: match !== undefined }
    }),
  }

  it('are a service without a line of set-up', async () => {
    await using app = await testApp({ routes })
    const ask = (path: string, json: object) => app.request('POST', path, { json })
    expect((await ask('/users', { name: 'ada', password: CHOSEN })).status).toBe(200)
    expect(await (await ask('/sign-in', { name: 'ada', password: CHOSEN })).json()).toEqual({
      isRight: true,
    })
    expect(await (await ask('/sign-in', { name: 'eve', password: CHOSEN })).json()).toEqual({
      isRight: false,
    })
  })

  it('refuse a new password with its flaws, and without itself', async () => {
    await using app = await testApp({ routes })
    const answer = await app.request('POST', '/users', { json: { name: 'ada', password: 'pear' } })
    expect(answer.status).toBe(422)
    const text = await answer.text()
    expect(JSON.parse(text)).toMatchObject({
      code: 'ERR_AUTH_PASSWORD_REFUSED',
      detail: 'The password is too short.',
      details: { flaws: ['too-short'] },
    })
    expect(text).not.toContain('pear')
  })

  it('answer 503 when more sign in than may wait', async () => {
    const few = bind(Passwords, { make: () => new Passwords({ maxConcurrent: 1, maxQueued: 1 }) })
    await using app = await testApp({ routes, providers: [few] })
    const answers = await Promise.all(
      Array.from({ length: 5 }, () =>
        app.request('POST', '/sign-in', { json: { name: 'eve', password: 'x' } }),
      ),
    )
    const refused = answers.filter(({ status }) => status === 503)
    expect(refused).toHaveLength(3)
    expect(refused[0]?.headers.get('retry-after')).toBe('1')
    app.takeErrors()
  })
})
