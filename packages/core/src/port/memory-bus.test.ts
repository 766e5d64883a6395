import { describe, expect, it } from 'vitest'
import { createMemoryBus } from './index.ts'
import { bytes, text } from './suite.ts'

const settle = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve))

describe('createMemoryBus', () => {
  it('drops messages for a listener that is too far behind, and reports each gap once', async () => {
    const errors: unknown[] = []
    const bus = createMemoryBus({
      maxQueued: 2,
      onError: (error, topic) => errors.push([(error as { code: string }).code, topic]),
    })
    const got: unknown[] = []
    await bus.subscribe('a', (payload) => void got.push(text(payload)))
    for (const at of [1, 2]) {
      await Promise.all(['1', '2', '3', '4'].map((number) => bus.publish('a', bytes(number))))
      await settle()
      expect(got).toEqual(Array.from({ length: at }, () => ['1', '2']).flat())
      expect(errors).toEqual(Array.from({ length: at }, () => ['ERR_CORE_BUS_OVERFLOW', 'a']))
    }
  })

  it('tells of a gap between what was there before it and what came after it', async () => {
    const bus = createMemoryBus({ maxQueued: 2, onError: () => {} })
    const got: unknown[] = []
    const onGap = (topic: string): void => void got.push(`gap in ${topic}`)
    await bus.subscribe('a', (payload) => void got.push(text(payload)), { onGap })
    for (const from of [1, 5]) {
      const numbers = Array.from({ length: 4 }, (_, at) => String(from + at))
      await Promise.all(numbers.map((number) => bus.publish('a', bytes(number))))
      await settle()
    }
    expect(got).toEqual(['1', '2', 'gap in a', '5', '6', 'gap in a'])
  })

  it('warns the process when nobody else is told, whatever was thrown', async () => {
    const warning = new Promise<Error & { code?: string }>((resolve) => process.once('warning', resolve))
    const bus = createMemoryBus()
    await bus.subscribe('a', () => { throw Object.create(null) }) // prettier-ignore
    await bus.publish('a', bytes('1'))
    expect(await warning).toMatchObject({
      code: 'ERR_CORE_BUS_LISTENER',
      message: expect.stringContaining('"a"'),
    })
  })

  it('goes on when the reporter fails too', async () => {
    const warning = new Promise<Error>((resolve) => process.once('warning', resolve))
    const bus = createMemoryBus({ onError: () => { throw new Error('reporter failed') } }) // prettier-ignore
    const got: unknown[] = []
    await bus.subscribe('a', (payload) => {
      got.push(text(payload))
      throw new Error('listener failed')
    })
    await bus.publish('a', bytes('1'))
    await bus.publish('a', bytes('2'))
    await settle()
    expect(got).toEqual(['1', '2'])
    expect((await warning).message).toContain('reporter failed')
  })

  it('keeps delivering on a topic that was left by all and joined again', async () => {
    const bus = createMemoryBus()
    const got: unknown[] = []
    const first = await bus.subscribe('a', () => void got.push('first'))
    await first()
    await bus.subscribe('a', () => void got.push('second'))
    await first()
    await bus.publish('a', bytes('1'))
    await settle()
    expect(got).toEqual(['second'])
  })

  it.each([0, -1, 1.5, Number.NaN])('refuses a queue of %s', (maxQueued) => {
    expect(() => createMemoryBus({ maxQueued })).toThrow(/maxQueued/)
  })
})
