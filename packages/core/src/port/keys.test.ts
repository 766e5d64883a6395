import { createHmac, hkdfSync } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { SetupError } from '../errors/index.ts'
import { createKeys } from './create-keys.ts'
import type { AppSecret } from './app-secret.ts'
import type { DerivedKeys } from './keys.ts'

const FIRST = 'the first secret, 32 bytes or more'
const SECOND = 'f3b1c0de5a77419e8d2c6b0a94e7f218a1b2c3d4e5f60718293a4b5c6d7e8f90'

const derive = (...secrets: AppSecret[]): DerivedKeys => createKeys(secrets).derive('cookie')
const problemOf = (secrets: unknown): string => {
  try {
    createKeys(secrets as never)
  } catch (error) {
    if (error instanceof SetupError)
      return error.problems.map((one) => `${one.code} ${one.message} ${one.remedy}`).join('\n')
    throw error
  }
  return 'no problem'
}
const changed = (text: string, at: number): string => {
  const other = text.at(at) === 'A' ? 'B' : 'A'
  const index = at < 0 ? text.length + at : at
  return text.slice(0, index) + other + text.slice(index + 1)
}

describe('keys', () => {
  it('sign by HMAC-SHA-256 with a key of HKDF-SHA-256, version and key id in front', () => {
    const info = (use: string): string => `keelson/1/cookie/${use}`
    const key = Buffer.from(hkdfSync('sha256', FIRST, '', info('sign'), 32))
    const id = Buffer.from(hkdfSync('sha256', FIRST, '', info('id'), 6)).toString('base64url')
    const mac = createHmac('sha256', key).update('a=1').digest('base64url')
    expect(derive(FIRST).sign('a=1')).toBe(`1.${id}.${mac}`)
    expect(derive(SECOND).sign('')).toMatch(/^1\.[\w-]{8}\.[\w-]{43}$/)
  })

  it('take a secret of hexadecimal digits as the bytes that it stands for, in either case', () => {
    const signature = derive(SECOND).sign('x')
    expect(derive(SECOND.toUpperCase()).verify('x', signature)).toBe(true)
    const key = hkdfSync('sha256', Buffer.from(SECOND, 'hex'), '', 'keelson/1/cookie/raw', 32)
    expect(derive(SECOND).raw()).toEqual([new Uint8Array(key)])
  })

  it('verify texts and bytes alike, and nothing that was changed', () => {
    const keys = derive(FIRST)
    const signature = keys.sign('a=ä')
    expect(keys.verify('a=ä', signature)).toBe(true)
    expect(keys.verify(Buffer.from('a=ä'), signature)).toBe(true)
    const wrong = [
      ...Array.from({ length: signature.length }, (_, at) => changed(signature, at)),
      `${signature}A`,
      `${signature}=`,
      ` ${signature}`,
      signature.slice(0, -1),
      // U+0141 is 'A' to whoever keeps the low byte alone.
      signature.slice(0, -1) + String.fromCharCode(0x100 + signature.charCodeAt(signature.length - 1)),
      '',
      '1.',
      `2${signature.slice(1)}`,
      undefined as never,
      7 as never,
    ]
    expect(wrong.filter((one) => keys.verify('a=ä', one))).toEqual([])
    expect(keys.verify('a=b', signature)).toBe(false)
    expect(keys.verify(undefined as never, signature)).toBe(false)
  })

  it('have other keys and ids for another purpose', () => {
    const keys = createKeys([FIRST])
    const [cookie, csrf] = [keys.derive('cookie'), keys.derive('csrf')]
    const [signature, sealed] = [cookie.sign('x'), cookie.seal('x')]
    expect([csrf.verify('x', signature), csrf.open(sealed)]).toEqual([false, undefined])
    expect(csrf.sign('x').slice(2, 10)).not.toBe(signature.slice(2, 10))
    expect(csrf.raw()).not.toEqual(cookie.raw())
    // Nor does the id do it alone.
    expect(csrf.verify('x', csrf.sign('x').slice(0, 11) + signature.slice(11))).toBe(false)
    expect(csrf.open(csrf.seal('x').slice(0, 11) + sealed.slice(11))).toBeUndefined()
  })

  it('are kept for each purpose', () => {
    const keys = createKeys([FIRST])
    expect(keys.derive('cookie')).toBe(keys.derive('cookie'))
  })

  it('seal a text so that only they open it, in its context alone', () => {
    const keys = derive(FIRST)
    for (const text of ['', 'ä🚢', 'x'.repeat(5000)])
      expect(keys.open(keys.seal(text, 'u1'), 'u1')).toBe(text)
    const sealed = keys.seal('secret', 'u1')
    expect(sealed).toMatch(/^1\.[\w-]{8}\.[\w-]+$/)
    expect(Buffer.from(sealed.slice(11), 'base64url').toString('latin1')).not.toContain('secret')
    expect([keys.open(sealed), keys.open(sealed, 'u2'), keys.open(keys.seal('x'), 'u1')]).toEqual([
      undefined,
      undefined,
      undefined,
    ])
    expect(keys.seal('secret', 'u1')).not.toBe(sealed)
  })

  it('open nothing that was changed, cut or lengthened, and no second form of a text', () => {
    const keys = derive(FIRST)
    const sealed = keys.seal('seven')
    const wrong = [
      ...Array.from({ length: sealed.length }, (_, at) => changed(sealed, at)),
      `${sealed}A`,
      `${sealed}=`,
      `${sealed}\n`,
      `${sealed.slice(0, 20)}!${sealed.slice(20)}`,
      sealed.slice(0, -1),
      sealed.slice(0, 11),
      '',
      undefined as never,
    ]
    expect(wrong.filter((one) => keys.open(one) !== undefined)).toEqual([])
  })

  it('verify and open what an older secret made, say so, and make with the first', () => {
    const before = derive(FIRST)
    const [signature, sealed] = [before.sign('x'), before.seal('y')]
    const after = derive(SECOND, FIRST)
    expect([after.verify('x', signature), after.open(sealed)]).toEqual([true, 'y'])
    expect([signature, sealed].map((one) => after.isOld(one))).toEqual([true, true])
    expect([after.sign('x'), after.seal('y')].map((one) => after.isOld(one))).toEqual([false, false])
    expect(after.sign('x')).toBe(derive(SECOND).sign('x'))
    expect(before.verify('x', after.sign('x'))).toBe(false)
    expect(after.raw()).toEqual([...derive(SECOND).raw(), ...before.raw()])
  })

  it('know nothing of a secret that is gone', () => {
    const gone = derive(FIRST)
    const [signature, sealed] = [gone.sign('x'), gone.seal('y')]
    const after = derive(SECOND)
    expect([after.verify('x', signature), after.open(sealed), after.isOld(signature)]).toEqual([
      false,
      undefined,
      false,
    ])
    expect(['', '1.', 'nonsense', undefined as never].map((one) => after.isOld(one))).not.toContain(true)
  })

  it.each(['Cookie!', '', 'a:b', 'a b', 'ä', 'a'.repeat(33), '__proto__', undefined, 7])(
    'refuse the purpose %j',
    (purpose) => {
      expect(() => createKeys([FIRST]).derive(purpose as never)).toThrow(/purpose of keys must be 1 to 32 of/)
    },
  )

  it('refuse to be made for each user', () => {
    const keys = createKeys([FIRST])
    expect(() => {
      for (let user = 0; user < 1000; user++) keys.derive(`user-${user}`)
    }).toThrow(/context of seal/)
    expect(keys.derive('user-1')).toBeDefined()
  })

  it('refuse what is no text', () => {
    const keys = derive(FIRST)
    expect(() => keys.sign(undefined as never)).toThrow(/sign takes a text/)
    expect(() => keys.sign('\ud800')).toThrow(/lone surrogates/)
    expect(() => keys.seal(7 as never)).toThrow(/must be a text/)
    expect(() => keys.seal('\ud800')).toThrow(/lone surrogates/)
    expect(() => keys.seal('x', 7 as never)).toThrow(/A context/)
    expect(() => keys.open(keys.seal('x'), {} as never)).toThrow(/A context/)
  })
})

describe('a secret', () => {
  it('may be a Secret, which is asked for its text', () => {
    expect(derive({ reveal: () => FIRST }).sign('x')).toBe(derive(FIRST).sign('x'))
  })

  it('counts as UTF-8 where it is not hexadecimal alone', () => {
    expect(problemOf(['äöüßÄÖÜéèêçñ1234'])).toContain('It has 224 bits.')
    expect(problemOf(['äöüßÄÖÜéèêçñ12345678'])).toBe('no problem')
  })

  const hex = SECOND.slice(0, 32)
  it.each<[string, unknown, RegExp]>([
    [
      'of 20 bytes',
      ['0123456789-123456789'],
      /ERR_CORE_SECRET Option secrets\[0\] must be a secret of at least 256 bits, not a text\. It has 160 bits\. Make one: node -p/,
    ],
    ['in a Secret', [{ reveal: () => 'short' }], /, not a value in a Secret\. It has 40 bits\./],
    ['of 32 hexadecimal characters', [hex], /It has 128 bits\./],
    ['of 63 of them', [SECOND.slice(1)], /It has 252 bits\./],
    ['that is empty', [''], /It has 0 bits\./],
    ['of one character', ['a b'.repeat(20).replaceAll(/[ab]/g, 'x')], /fewer than 8 different bytes/],
    ['of one hexadecimal digit', ['a'.repeat(64)], /It has 256 bits, but fewer than 8 different bytes/],
    ['with a line end', [`${FIRST}\n`], /begins or ends with a blank or a line end/],
    ['with half a pair', [`${FIRST}\ud800`], /lone surrogate/],
    ['that is no text', [{ reveal: () => 7 }], /Pass a text, or the Secret/],
    ['that is bytes', [Buffer.alloc(32)], /Pass a text, or the Secret/],
    ['that is not there', [undefined], /secrets\[0\] is undefined/],
    ['in second place', [FIRST, 'short'], /secrets\[1\] must be/],
    [
      'that stands there twice',
      [FIRST, SECOND, SECOND.toUpperCase()],
      /secrets\[2\] is the same as secrets\[1\]\. Remove/,
    ],
    ['without a list', FIRST, /secrets must be a list, .* Put it in a list: secrets: \[ … \]/],
    ['of an empty list', [], /secrets is an empty list/],
    ['without an argument', undefined, /secrets is missing/],
  ])('%s is refused', (_, secrets, message) => {
    expect(problemOf(secrets)).toMatch(message)
  })

  it('is never shown', () => {
    for (const secrets of [[hex], ['hunter2'], [FIRST, FIRST], [{ reveal: () => 'hunter2' }], 'hunter2'])
      expect(problemOf(secrets)).not.toMatch(new RegExp(`${hex}|hunter2|the first secret`))
  })
})
