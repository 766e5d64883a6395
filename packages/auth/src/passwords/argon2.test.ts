import { SetupError } from '@keelson/core'
import { describe, expect, it } from 'vitest'
import { argon2OfNode, loadArgon2, type Argon2Input } from './argon2.ts'

const ofNode = argon2OfNode()
const missing = () => Promise.reject(new Error('Cannot find native binding.'))

/** RFC 9106 §5.3, without its secret and associated data, which this interface has not: checked against both engines. */
const INPUT: Argon2Input = {
  algorithm: 'argon2id',
  message: Buffer.alloc(32, 1),
  salt: Buffer.alloc(16, 2),
  memoryKiB: 64,
  passes: 3,
  lanes: 4,
  bytes: 32,
}

describe('argon2', () => {
  it.skipIf(ofNode === null).each(['argon2d', 'argon2i', 'argon2id'] as const)(
    'gives the same digest by the package as by Node.js: %s',
    async (algorithm) => {
      const ofPackage = await loadArgon2()
      const input = { ...INPUT, algorithm }
      expect(Buffer.from(await ofPackage(input))).toEqual(Buffer.from(await ofNode!(input)))
    },
  )

  it('is that of Node.js where no binary of the package loads', async () => {
    const engine = () => Promise.resolve(new Uint8Array(32))
    expect(await loadArgon2(missing, engine)).toBe(engine)
  })

  it('stops the start where there is none', async () => {
    const error: unknown = await loadArgon2(missing, null).catch((reason: unknown) => reason)
    expect(SetupError.is(error) && error.problems).toMatchObject([
      { code: 'ERR_AUTH_ARGON2', remedy: expect.stringContaining('24.7') },
    ])
  })
})
