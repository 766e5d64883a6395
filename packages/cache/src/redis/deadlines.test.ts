import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { Deadlines } from './deadlines.ts'

describe('deadlines', () => {
  it('are over in their order, each after its time, and not when they do not count any more', async () => {
    const deadlines = new Deadlines(30)
    const over: (readonly [name: string, afterMs: number])[] = []
    const add = (name: string) => {
      const begun = performance.now()
      return deadlines.add(() => over.push([name, performance.now() - begun]))
    }
    add('a')
    const cancelled = add('b')
    cancelled.onLate = undefined
    await sleep(15)
    add('c')
    while (over.length < 2) await sleep(5)
    expect(over.map(([name]) => name)).toEqual(['a', 'c'])
    expect(over.every(([, afterMs]) => afterMs >= 30)).toBe(true)
  })

  it('begin anew when there was nothing to wait for', async () => {
    const deadlines = new Deadlines(5)
    let over = 0
    for (let at = 0; at < 3; at++) {
      await new Promise<void>((resolve) => deadlines.add(() => (over++, resolve())))
      await sleep(10)
    }
    expect(over).toBe(3)
  })
})
