// Hashes that other programs made: argon2-cffi 25.1, bcrypt 5.0, Django 5.2, passlib 1.7.4, Werkzeug 3.1.
import { once } from 'node:events'
import { route, t, UnauthorizedError } from '@keelson/core'
import { createMemoryLogger } from '@keelson/core/spi'
import { testApp } from '@keelson/testing'
import { describe, expect, it } from 'vitest'
import { Passwords, type PasswordsOptions } from '@keelson/auth/passwords'
import { tryParseBcrypt } from '../src/passwords/bcrypt-hash.ts'

const PASSWORD = 'correct horse battery staple'
const passwords = new Passwords()

const HASHES: Readonly<Record<string, string>> = {
  'Django pbkdf2_sha256': 'pbkdf2_sha256$1000$pepper7salt$45aiYAEaKgq4/zjpz3Hi+mzU5XjCubCs/9lpJctWfrk=',
  'Django pbkdf2_sha1': 'pbkdf2_sha1$1000$pepper7salt$G7PDIpRM31M+XswOaPtodQEPQkw=',
  'Django scrypt':
    'scrypt$1024$pepper7salt$8$5$DLzDtT7qtrKW7/7i2AMShdJJOPW3v+je5KU44hq5KkACUV4UOSMeZFehWwuQUUtzP9tXXawvM4tf8o2fEj9z3Q==',
  'Django argon2$argon2id':
    'argon2$argon2id$v=19$m=1024,t=2,p=4$Q2s0VmJONFUyVlVLd1ZaTDFFTXAxQg$ZA7iFrQ6QMMnh9tbzwOLjfxt6WbRqu0eB0c6A2zHYlg',
  'Django bcrypt': 'bcrypt$$2b$04$jCutgnXzf7KW8FWYSeKPu.A.ETfLtvtWP7Ch0C.9XtrQF3JAak1oG',
  'Django bcrypt_sha256': 'bcrypt_sha256$$2b$04$YVEf/NWAzq4JSeJVSdHive.e/7IEcorD8tMeV11FT45lwauTixLMW',
  'Werkzeug scrypt:1024':
    'scrypt:1024:8:1$65dwkWo9oEHJfIzd$213817b074fded70a6e4f201ea2cb2a356e9abc66ff61646aa77b4b6b021b2cb9ec0d88b102494539244bdaaff843e521dec23fcccbcc9187ff880b13aa340bd',
  'Werkzeug pbkdf2:sha256':
    'pbkdf2:sha256:1000$K8lWDPyVOy3bajWX$14771d80b840d799a064ecb5296f25b9b256dd6406a538e8431467a9ada70d7c',
  'Werkzeug pbkdf2:sha512':
    'pbkdf2:sha512:1000$2mgAULPyBq5Tuw4b$11f553cf33b92bf6cc5d0d81a2dc89ad2783869b59f2efd12a33adea4d3af28a0c1969dc2e749f066d63b8fb529998c8e6a39cf9e1e9433cfc0f50560b38e0a9',
  'passlib pbkdf2-sha256':
    '$pbkdf2-sha256$1000$VypFCAFA6N2bMybk/B.jtA$05thNvuTW9IEbIcOYMmAS01b1AiVIZgPQqYzPzgKwrM',
  'passlib pbkdf2-sha512':
    '$pbkdf2-sha512$1000$8n6v1bpX6t0bYwxhDCHkPA$GYgj/3e0myUh/hw0nSyFUOT/bJEwwsG/xcuKfuuUTx5MrtioDMQCEkLDkricKpjgBQW0Lon4V7ccfrfWZz5/qg',
  'passlib pbkdf2': '$pbkdf2$1000$OyekdK41hvA.B4CQEkKIUQ$jGBbYkWSI1eOGIyDhE4HagBEcCo',
  'passlib scrypt':
    '$scrypt$ln=10,r=8,p=1$/P+fU+pdC2EsZay19j5nrA$ziYAWgQfrYgkq/TYF76h2lJYMvP/wcw3WlKyvOdeq5w',
  'argon2-cffi argon2id':
    '$argon2id$v=19$m=256,t=2,p=2$iN7y8aDj3HYEBPvEAnxPOA$9kRxtltQwEQAXy2UTaidmkMZ2sPOExMn4tO0mVUGrco',
  'argon2-cffi argon2i':
    '$argon2i$v=19$m=256,t=2,p=2$cYbsnw5F5ZDTW4JU+VkLjQ$p7aAY2MSoHJbLajYXz2JezE9O/iMWj6y5aJz7Ef67TE',
  'argon2-cffi argon2d':
    '$argon2d$v=19$m=256,t=2,p=2$wC9Jh5NoeBE+q7EIAPZCQw$Vqe+e7cx9n9Sz91gwIN/wkeZskQwtmYTKAyeBCWXs4Q',
  'bcrypt 2b': '$2b$04$iEMHWDgIc/1.uk87g2AwWu6fUHEOUXPjPisd6poRLK3z4t0B0PEi.',
  'bcrypt a 2a': '$2a$04$C3op1bXN6lK8LDweNzjaieYgX2P/CB6K73UN12eDMKoiLCrbqqssa',
}

describe('hashes of others', () => {
  it.each(Object.entries(HASHES))('are verified and replaced: %s', async (_, stored) => {
    expect(await passwords.verify('correct horse battery stable', stored)).toBeUndefined()
    const { newHash } = (await passwords.verify(PASSWORD, stored))!
    expect(newHash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
    expect(await passwords.verify(PASSWORD, newHash)).toEqual({})
  })

  it('are of the password as it was typed, which is normalised from then on', async () => {
    // passlib, 1000 rounds, of a text that is not NFKC.
    const stored = '$pbkdf2-sha256$1000$YOydUwrBmJPyHgMgBMC4Fw$8s8kTfbmBV5yuTECkgiqtaLGboWPnJX5qAi6FxoEZRs'
    const { newHash } = (await passwords.verify('zwo\u0308lf Elefanten', stored))!
    expect(await passwords.verify('zwölf Elefanten', newHash)).toEqual({})
  })
})

it('a current hash of the password as it was typed is replaced by one of its normalised form', async () => {
  // As a program makes it that does not normalise, at the very cost that is asked for today.
  const typed = 'zwo\u0308lf Elefanten'
  const { hash } = await import('@node-rs/argon2')
  const stored = await hash(typed, { memoryCost: 19_456, timeCost: 2, parallelism: 1, outputLen: 32 })
  const { newHash } = (await passwords.verify(typed, stored))!
  expect(newHash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
  expect(await passwords.verify('zwölf Elefanten', newHash)).toEqual({})
})

/** Passwords with a log, and what it was told. */
function listening(options: PasswordsOptions = {}) {
  const { log, lines } = createMemoryLogger()
  return { one: new Passwords(options, log), told: () => lines }
}

describe('hashes that cannot be read', () => {
  it.each([
    ['sha1:64000:18:c2FsdHNhbHRzYWx0:ZGlnZXN0ZGlnZXN0', 'no known format'],
    ['{SSHA}ZGlnZXN0ZGlnZXN0ZGlnZXN0', 'no known format'],
    ['5f4dcc3b5aa765d61d8327deb882cf99', 'no known format'],
    [`$argon2id$v=19$m=19456,t=2,p=1$${'A'.repeat(2000)}$AAAA`, 'no known format'],
    ['$argon2id$v=19$m=19456,t=2,p=1$bm90c2VjcmV0c2FsdA$', 'no known format'],
    ['$argon2id$v=19$m=19456,t=2,p=1$bm90c2VjcmV0c2FsdA$AAAA', 'digest of 3 bytes'],
    ['$argon2id$v=16$m=256,t=2,p=1$bm90c2VjcmV0c2FsdA$AAAAAAAAAAAAAAAAAAAAAA', 'version 16'],
    ['$argon2id$m=256,t=2,p=1$bm90c2VjcmV0c2FsdA$AAAAAAAAAAAAAAAAAAAAAA', 'version 16'],
    ['$argon2id$v=19$m=4194304,t=2,p=1$bm90c2VjcmV0c2FsdA$AAAAAAAAAAAAAAAAAAAAAA', 'parameter 4194304'],
    ['$argon2id$v=19$m=256,t=65,p=1$bm90c2VjcmV0c2FsdA$AAAAAAAAAAAAAAAAAAAAAA', 'parameter 65'],
    ['$argon2id$v=19$t=2,p=1$bm90c2VjcmV0c2FsdA$AAAAAAAAAAAAAAAAAAAAAA', 'parameter 0'],
    ['$argon2id$v=19$m=8,t=1,p=4$bm90c2VjcmV0c2FsdA$AAAAAAAAAAAAAAAAAAAAAA', '8 KiB of memory for 4 lanes'],
    ['$argon2id$v=19$m=256,t=1,p=1$c2Fs$AAAAAAAAAAAAAAAAAAAAAA', 'salt of 3 bytes'],
    ['$argon2id$v=19$m=8,m=256,t=1,p=1$bm90c2VjcmV0c2FsdA$AAAAAAAAAAAAAAAAAAAAAA', 'parameter m twice'],
    ['$argon2id$v=19$m=1048576,t=64,p=1$bm90c2VjcmV0c2FsdA$AAAAAAAAAAAAAAAAAAAAAA', 'cost 67108864 together'],
    ['$scrypt$ln=17,r=32,p=16$bm90c2VjcmV0c2FsdA$AAAAAAAAAAAAAAAAAAAAAA', 'cost 8589934592 together'],
    ['$scrypt$ln=10,ln=11,r=8,p=1$bm90c2VjcmV0c2FsdA$AAAAAAAAAAAAAAAAAAAAAA', 'parameter ln twice'],
    [`pbkdf2_sha1$9000000$salt$${'A'.repeat(160)}`, 'cost 54000000 together'],
    ['$scrypt$ln=30,r=8,p=1$bm90c2VjcmV0c2FsdA$AAAAAAAAAAAAAAAAAAAAAA', 'parameter 1073741824'],
    ['$scrypt$ln=20,r=32,p=1$bm90c2VjcmV0c2FsdA$AAAAAAAAAAAAAAAAAAAAAA', 'the largest is 536870912'],
    ['scrypt:1000:8:1$salt$00112233445566778899aabbccddeeff', 'not a power of 2'],
    ['pbkdf2_sha256$99999999$salt$AAAAAAAAAAAAAAAAAAAAAA==', 'parameter 99999999'],
    ['$2b$31$766r6GJ6mC7GarjfMvLH3Oa/VkkAtVVxgj2i7wxhnUV5xTHlyiwCy', 'cost of 31'],
    ['$2x$04$766r6GJ6mC7GarjfMvLH3Oa/VkkAtVVxgj2i7wxhnUV5xTHlyiwCy', 'no known format'],
  ])('are wrong, and the log says why without them: %s', async (stored, message) => {
    const { one, told } = listening()
    expect(await one.verify(PASSWORD, stored)).toBeUndefined()
    expect(told()).toEqual([
      expect.objectContaining({
        level: 40,
        errorCode: 'ERR_AUTH_PASSWORD_HASH',
        msg: expect.stringContaining(message),
      }),
    ])
    expect(JSON.stringify(told())).not.toContain(stored)
  })

  it.each(['auth0|5f7c8ec7c33c6c004bbafe82', 'S3cr3t-in-plain-text', '$5$rounds=5000$salt$digest', '   '])(
    'are those of other systems as well, wrong as any: %j',
    async (stored) => {
      const { one, told } = listening()
      expect(await one.verify(PASSWORD, stored)).toBeUndefined()
      expect(told()).toHaveLength(1)
      expect(JSON.stringify(told())).not.toContain(stored.trim() || stored)
    },
  )

  it('are told once for each reason', async () => {
    const { one, told } = listening()
    for (const stored of [
      'auth0|1',
      'auth0|2',
      '{SSHA}x',
      '$2b$31$766r6GJ6mC7GarjfMvLH3Oa/VkkAtVVxgj2i7wxhnUV5xTHlyiwCy',
    ])
      await one.verify(PASSWORD, stored)
    expect(told().map(({ msg }) => msg)).toEqual([
      expect.stringContaining('no known format'),
      expect.stringContaining('cost of 31'),
    ])
  })

  it('cost a hash of today, as a wrong password does', async () => {
    const { one } = listening({ maxConcurrent: 1, maxQueued: 0 })
    await one.onStart()
    const busy = one.hash(PASSWORD)
    await expect(one.verify(PASSWORD, 'auth0|1')).rejects.toMatchObject({ status: 503 })
    await busy
  })

  it('are a process warning where no log is given', async () => {
    const warned = once(process, 'warning', { signal: AbortSignal.timeout(5000) })
    await new Passwords().verify(PASSWORD, 'auth0|1')
    const [warning] = await warned
    expect(warning).toMatchObject({
      code: 'ERR_AUTH_PASSWORD_HASH',
      message: expect.stringContaining('no known format'),
    })
    expect(warning.message).not.toContain('auth0')
  })

  it('get the answer of a wrong password in an app, and a line in its log', async () => {
    const stored: Readonly<Record<string, string>> = {
      ada: await passwords.hash(PASSWORD),
      bob: 'auth0|5f7c8ec7c33c6c004bbafe82',
    }
    const signIn = route
      .inject({ passwords: Passwords })
      .post(
        '/sign-in',
        { access: 'public', body: t.Object({ name: t.String() }), errors: [UnauthorizedError] },
        async (ctx) => {
          const match = await ctx.passwords.verify('a plum tree by the canal', stored[ctx.body.name])
          if (match === undefined) throw new UnauthorizedError('The name or the password is wrong.')
          return null
        },
      )
    await using app = await testApp({ routes: { signIn } })
    const answers = await Promise.all(
      ['ada', 'bob', 'eve'].map(async (name) => {
        const answer = await app.request('POST', '/sign-in', { json: { name } })
        const { instance: _, requestId: __, ...body } = (await answer.json()) as Record<string, unknown>
        return [answer.status, body]
      }),
    )
    expect(answers[0]![0]).toBe(401)
    expect(answers[1]).toEqual(answers[0])
    expect(answers[2]).toEqual(answers[0])
    const told = app.log.lines.filter(({ errorCode }) => errorCode === 'ERR_AUTH_PASSWORD_HASH')
    expect(told).toHaveLength(1)
    expect(JSON.stringify(app.log.lines)).not.toContain('auth0')
  })

  it('of bcrypt say what to install', async () => {
    const hash = tryParseBcrypt('$2b$04$766r6GJ6mC7GarjfMvLH3Oa/VkkAtVVxgj2i7wxhnUV5xTHlyiwCy', () =>
      Promise.reject(new Error("Cannot find package 'bcryptjs'")),
    )
    await expect(hash?.matches(PASSWORD)).rejects.toThrow('Run npm install bcryptjs.')
  })
})
