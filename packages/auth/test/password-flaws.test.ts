import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { assertPassword, passwordFlaws, MAX_PASSWORD_BYTES } from '@keelson/auth/passwords'

const GOOD = 'plum canal tree 84'

describe('a new password, by NIST SP 800-63B-4 §3.1.1.2', () => {
  it('has at least 15 characters', async () => {
    expect(await passwordFlaws('plumcanaltree8')).toEqual(['too-short'])
    expect(await passwordFlaws('plumcanaltree84')).toEqual([])
  })

  it('has at least 8 characters where there is a second factor', async () => {
    expect(await passwordFlaws('plumcan', { hasSecondFactor: true })).toEqual(['too-short'])
    expect(await passwordFlaws('plumcana', { hasSecondFactor: true })).toEqual([])
  })

  it('may have 64 characters of any kind, and more', async () => {
    for (const sign of ['aefnux', '木林森火水土', '🌳🛶🏺🪁🧭🪵']) {
      const long = Array.from({ length: 66 }, (_, at) => Array.from(sign)[(at * at * 7 + at) % 5]).join('')
      expect(Array.from(long).length).toBeGreaterThan(64)
      expect(await passwordFlaws(long)).toEqual([])
    }
  })

  it('has a bound in bytes, before anything else is done with it', async () => {
    expect(await passwordFlaws('é'.repeat(MAX_PASSWORD_BYTES / 2 + 1))).toEqual(['too-long'])
    expect(await passwordFlaws('x'.repeat(10_000_000))).toEqual(['too-long'])
  })

  it('counts each code point as one character', async () => {
    expect(await passwordFlaws('🌳🛶🏺🪁🧭🪵🌾🥕🧶🎻🦔🐚🍄🧊')).toEqual(['too-short'])
    expect(await passwordFlaws('🌳🛶🏺🪁🧭🪵🌾🥕🧶🎻🦔🐚🍄🧊🎈')).toEqual([])
  })

  it('is not longer by characters that are one, or that are taken apart', async () => {
    expect(await passwordFlaws('u\u0308o\u0308a\u0308u\u0308o\u0308a\u0308u\u0308f', {})).toEqual([
      'too-short',
    ])
    expect(await passwordFlaws('\ufdfa')).toEqual(['too-short'])
  })

  it('may have blanks and all printable signs of ASCII, and needs none of them', async () => {
    expect(await passwordFlaws(' !"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~')).toEqual([])
    expect(await passwordFlaws('plumcanaltreehat')).toEqual([])
    expect(await passwordFlaws('836402751946283')).toEqual([])
  })

  it('is not empty, no half characters, no NUL', async () => {
    expect(await passwordFlaws('')).toEqual(['too-short'])
    expect(await passwordFlaws(`${GOOD}\ud83c`)).toEqual(['malformed'])
    expect(await passwordFlaws(`${GOOD}\0`)).toEqual(['malformed'])
  })
})

describe('a common password is refused', () => {
  it.each([
    'passwordpassword',
    'Password12345678',
    'P@ssw0rd20262026!',
    '2026Password2026',
    'ｐａｓｓｗｏｒｄ１２３４５６７８',
    'password password',
    'iloveyouforever',
    'pass20262026word',
    'iloveyouiloveyouil',
    'aaaaaaaaaaaaaaaa',
    'abababababababab',
    'abcabcabcabcabcabc',
    '123456789012345',
    '987654321098765',
    'abcdefghijklmnop',
    'qwertyuiopasdfgh',
    'qwertyuiop123456',
    '1qaz2wsx3edc4rfv',
    '1q2w3e4r5t6y7u8i',
    'letmeinletmein!!!',
    'correct horse battery staple',
  ])('%s', async (password) => {
    expect(await passwordFlaws(password)).toEqual(['common'])
  })

  it('with a second factor as well', async () => {
    for (const password of ['password', 'dragon12', 'sunshine', 'Monkey!!', '12345678', 'letmein1'])
      expect(await passwordFlaws(password, { hasSecondFactor: true })).toEqual(['common'])
  })

  it('and one that has common words among others is not: the whole is compared', async () => {
    for (const password of ['dragon summer lake orbit', 'my password is a plum', 'sunshine on the tin roof'])
      expect(await passwordFlaws(password)).toEqual([])
  })

  it('nor is one of random letters and digits', async () => {
    const sign = fc.constantFrom(...Array.from('abcdefghijklmnopqrstuvwxyz0123456789'))
    const text = fc.array(sign, { minLength: 15, maxLength: 40 }).map((signs) => signs.join(''))
    const random = text.filter((one) => new Set(one).size > 9)
    await fc.assert(
      fc.asyncProperty(random, async (password) => {
        expect(await passwordFlaws(password)).toEqual([])
      }),
      { seed: 16, numRuns: 500 },
    )
  })

  it('also of a list of the app', async () => {
    expect(await passwordFlaws('Plum Canal Tree 84', { blocklist: [GOOD] })).toEqual(['common'])
    expect(await passwordFlaws('Plum Canal Tree 84', { blocklist: new Set([GOOD]) })).toEqual(['common'])
    expect(await passwordFlaws('plum canal tree 85', { blocklist: [GOOD] })).toEqual([])
  })
})

describe('a password made of names is refused', () => {
  const words = ['ada.lovelace@shop.example', 'Ada Lovelace', 'Shop']

  it.each([
    'ada.lovelace@shop.example',
    'adalovelace20262026',
    'L0v3l4c3-5h0p-2026!',
    'shop-password-2026',
    'AdaAdaAdaAdaAda1',
    'password-2026-ada',
  ])('%s', async (password) => {
    expect(await passwordFlaws(password, { words })).toContain('personal')
  })

  it('and one that has more than names is not', async () => {
    for (const password of ['ada likes plum trees', 'shop by the canal', 'a readable text 7'])
      expect(await passwordFlaws(password, { words })).toEqual([])
  })
})

describe('a breach', () => {
  it('is asked for last, with the password', async () => {
    const asked: string[] = []
    const isBreached = (password: string) => {
      asked.push(password)
      return Promise.resolve(true)
    }
    expect(await passwordFlaws('short', { isBreached })).toEqual(['too-short'])
    expect(asked).toEqual([])
    expect(await passwordFlaws(GOOD, { isBreached })).toEqual(['breached'])
    expect(asked).toEqual([GOOD])
  })

  it('ends a request with 422', async () => {
    await expect(assertPassword(GOOD, { isBreached: () => true })).rejects.toMatchObject({
      code: 'ERR_AUTH_PASSWORD_REFUSED',
      status: 422,
      details: { flaws: ['breached'] },
    })
    expect(await assertPassword(GOOD)).toBeUndefined()
  })
})

it('rules that do not exist are refused', async () => {
  await expect(passwordFlaws(GOOD, { minlength: 4 } as never)).rejects.toMatchObject({
    code: 'ERR_CORE_ARGUMENT',
  })
  await expect(passwordFlaws(GOOD, { minLength: 4 })).rejects.toMatchObject({ code: 'ERR_CORE_ARGUMENT' })
})
