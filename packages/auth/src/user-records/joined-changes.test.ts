import { setImmediate as turn } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { JoinedChanges } from './joined-changes.ts'

type Value = readonly string[]

/** A value, whose writes take a turn each, and what came of changes of it. */
function setUp() {
  const changes = new JoinedChanges<Value>()
  const state = { value: [] as Value, writes: 0, isDown: false }
  const write = async (change: (value: Value) => Value): Promise<void> => {
    state.writes++
    const { value, isDown } = state
    await turn()
    if (isDown) throw new Error('down')
    state.value = change(value)
  }
  const add = (one: string, signal?: AbortSignal) =>
    changes.make('key', (value) => [...value, one], { write, signal })
  return { changes, state, write, add }
}

describe('changes of one thing', () => {
  it('that come at once are all made, in two writes', async () => {
    const { state, add } = setUp()
    const names = Array.from({ length: 100 }, (_, at) => `${at}`)
    await Promise.all(names.map((one) => add(one)))
    expect(state.value).toEqual(names)
    expect(state.writes).toBeLessThanOrEqual(2)
  })

  it('fail alone', async () => {
    const { state, add } = setUp()
    state.isDown = true
    const [first, others] = [add('a'), Promise.all([add('b'), add('c')])]
    await Promise.resolve()
    state.isDown = false
    await expect(first).rejects.toThrow('down')
    await others
    expect(state.value).toEqual(['b', 'c'])
  })

  it('are not made once nobody waits for them', async () => {
    const { state, add } = setUp()
    const controller = new AbortController()
    state.isDown = true
    const first = add('a')
    const others = Promise.allSettled([add('b', controller.signal), add('c')])
    await Promise.resolve()
    controller.abort(new Error('gone'))
    await Promise.resolve()
    // The one behind it waits for the first all the same.
    expect(state.writes).toBe(1)
    state.isDown = false
    await expect(first).rejects.toThrow('down')
    expect((await others).map(({ status }) => status)).toEqual(['rejected', 'fulfilled'])
    expect(state.value).toEqual(['c'])
  })

  it('do not wait for one that never ends once nobody waits for it', async () => {
    const { changes, state, add } = setUp()
    const controller = new AbortController()
    const silent = { write: () => new Promise<void>(() => {}), signal: controller.signal }
    void changes.make('key', (value) => [...value, 'a'], silent)
    const second = add('b')
    await turn()
    expect(state.writes).toBe(0)
    controller.abort()
    await second
    expect(state.value).toContain('b')
  })

  it('do not wait for those of another', async () => {
    const { changes, write, add, state } = setUp()
    void changes.make('other', (value) => value, { write: () => new Promise<void>(() => {}) })
    await add('a')
    await changes.make('third', (value) => [...value, 'b'], { write })
    expect(state.value).toEqual(['a', 'b'])
  })
})
