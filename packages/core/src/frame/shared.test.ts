import { readFileSync } from 'node:fs'
import { afterEach, describe, expect, it, vi } from 'vitest'
import * as one from './index.ts'

/** A second copy, as a library brings it: every module is evaluated anew. */
async function secondCopy(): Promise<typeof one> {
  vi.resetModules()
  return import('./index.ts')
}

afterEach(() => vi.resetModules())

describe('two copies of the package in one process', () => {
  it('have frames, their slots and transactions together', async () => {
    const two = await secondCopy()
    expect(two.Frame).not.toBe(one.Frame)
    const frame = new one.Frame('r')
    one.runInFrame(frame, () => {
      expect(two.currentFrame()).toBe(frame)
      two.currentFrame()?.set(two.TENANT, 'acme')
      expect(frame.get(one.TENANT)).toBe('acme')
      two.runInNewFrame(
        (inner) => {
          expect(inner).not.toBeInstanceOf(one.Frame)
          expect(one.currentFrame()).toBe(inner)
          expect(inner.get(one.TENANT)).toBe('acme')
          expect(frame.isOfSameRequest(inner)).toBe(false)
          expect(inner.isOfSameRequest(frame)).toBe(false)
        },
        { inherit: [one.TENANT] },
      )
    })
    const scope = one.createTransactionScope({ name: 'db', onError: () => {} })
    const done: string[] = []
    await one.runInTransaction(scope, async () => {
      expect(two.currentTransaction()).toBe(scope)
      await two.afterCommit(() => done.push(typeof two.currentTransaction()))
    })
    await scope.committed()
    expect(done).toEqual(['undefined'])
  })

  it('do not count as foreign to each other', async () => {
    const two = await secondCopy()
    expect(two.otherVersionLines()).toEqual([])
  })
})

describe('the version line', () => {
  it('is that of the package', () => {
    const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
      version: string
    }
    const [major = '', minor = ''] = version.split('.')
    expect(one.VERSION_LINE).toBe(major === '0' ? `${major}.${minor}` : major)
  })
})
