import { AsyncLocalStorage } from 'node:async_hooks'
import { anything, callable, ofKind, optionTable, required } from '../errors/index.ts'
import { BUS_KIND, type Bus } from './bus.ts'
import { bytes, codeOf, defineSuite, text, type Suite, type SuiteCases } from './suite.ts'

/** What each case of {@link busSuite} works on. */
export interface BusSubject {
  /** A bus that no other case uses. */
  readonly bus: Bus
  /** Resolves when all that was published has been delivered. */
  readonly settle: () => Promise<void>
  /**
   * Loses messages of a topic on their way to the subscribers: overflows a queue, cuts a connection. Resolves when that
   * has happened; later messages arrive again.
   */
  readonly lose: (topic: string) => Promise<void>
  /** What the bus has passed to its `onError`. */
  readonly errors: readonly unknown[]
  readonly dispose?: (() => void | Promise<void>) | undefined
}

const SUBJECT = optionTable<BusSubject>({
  bus: required(ofKind(BUS_KIND, 'The bus.')),
  settle: required(callable('Resolves when all was delivered.')),
  lose: required(callable('Loses messages.')),
  errors: required(anything('What the bus has passed to its onError.', { what: 'a list' })),
  dispose: callable('Called after each case.'),
})

function collect(into: unknown[]): (payload: Uint8Array) => void {
  return (payload) => void into.push(text(payload))
}

/** How a subscriber is notified of messages that it did not get. */
const GAP_CASES: SuiteCases<BusSubject> = {
  'calls onGap once for lost messages, in order': async ({ bus, settle, lose }, expect) => {
    const got: unknown[] = []
    const listener = (payload: Uint8Array): void => {
      if (text(payload) === 'after') got.push('after')
    }
    await bus.subscribe('a', listener, { onGap: (topic) => void got.push(`gap in ${topic}`) })
    await bus.subscribe('b', () => {}, { onGap: (topic) => void got.push(`gap in ${topic}`) })
    await lose('a')
    await settle()
    await bus.publish('a', bytes('after'))
    await settle()
    // A bus that lost its connection has lost messages of all topics.
    expect(got.filter((one) => one !== 'gap in b')).toEqual(['gap in a', 'after'])
  },
  'does not begin a delivery before onGap is done': async ({ bus, settle, lose }, expect) => {
    const gate = createGate()
    const got: unknown[] = []
    const listener = (payload: Uint8Array): void => {
      if (text(payload) === 'after') got.push('after')
    }
    const onGap = async (): Promise<void> => {
      got.push('gap')
      await gate.opened
      got.push('read anew')
    }
    await bus.subscribe('a', listener, { onGap })
    await lose('a')
    await waitFor(() => got.length === 1, settle)
    await bus.publish('a', bytes('after'))
    gate.open()
    await waitFor(() => got.length === 3, settle)
    expect(got).toEqual(['gap', 'read anew', 'after'])
  },
  'reports an onGap that fails, and still delivers': async ({ bus, settle, lose, errors }, expect) => {
    const got: unknown[] = []
    const failure = new Error('onGap failed')
    const listener = (payload: Uint8Array): void => {
      if (text(payload) === 'after') got.push('after')
    }
    const onGap = (): never => {
      throw failure
    }
    await bus.subscribe('a', listener, { onGap })
    await lose('a')
    await settle()
    await bus.publish('a', bytes('after'))
    await settle()
    expect([got, errors.filter((error) => error === failure).length]).toEqual([['after'], 1])
  },
  'does not call onGap after unsubscribe': async ({ bus, settle, lose }, expect) => {
    const got: unknown[] = []
    const unsubscribe = await bus.subscribe('a', () => {}, { onGap: () => void got.push('gap') })
    await bus.subscribe('a', () => {})
    await unsubscribe()
    await lose('a')
    await settle()
    expect(got).toEqual([])
  },
}

const CASES: SuiteCases<BusSubject> = {
  ...GAP_CASES,
  'delivers to every subscriber of the topic and to no other': async ({ bus, settle }, expect) => {
    const [first, second, other]: [unknown[], unknown[], unknown[]] = [[], [], []]
    await bus.subscribe('a', collect(first))
    await bus.subscribe('a', collect(second))
    await bus.subscribe('A', collect(other))
    await bus.publish('a', bytes('hello'))
    await settle()
    expect([first, second, other]).toEqual([['hello'], ['hello'], []])
  },
  'passes the topic to the listener': async ({ bus, settle }, expect) => {
    const topics: string[] = []
    await bus.subscribe('orders:1', (_, topic) => void topics.push(topic))
    await bus.publish('orders:1', bytes(''))
    await settle()
    expect(topics).toEqual(['orders:1'])
  },
  'delivers twice to a listener that subscribed twice': async ({ bus, settle }, expect) => {
    const got: unknown[] = []
    const listener = collect(got)
    const unsubscribe = await bus.subscribe('a', listener)
    await bus.subscribe('a', listener)
    await bus.publish('a', bytes('1'))
    await settle()
    await unsubscribe()
    await bus.publish('a', bytes('2'))
    await settle()
    expect(got).toEqual(['1', '1', '2'])
  },
  'does not keep messages for later subscribers': async ({ bus, settle }, expect) => {
    const got: unknown[] = []
    await bus.publish('a', bytes('early'))
    await settle()
    await bus.subscribe('a', collect(got))
    await settle()
    expect(got).toEqual([])
  },
  'keeps the order of a topic, also when listeners are sometimes slow': async ({ bus, settle }, expect) => {
    const got: unknown[] = []
    await bus.subscribe('a', async (payload) => {
      const number = Number(text(payload))
      for (let turn = 0; turn < 5 - number; turn++) await Promise.resolve()
      got.push(number)
    })
    for (const number of [0, 1, 2, 3, 4]) await bus.publish('a', bytes(String(number)))
    await settle()
    expect(got).toEqual([0, 1, 2, 3, 4])
  },
  'does not begin a delivery before the one before is done': async ({ bus, settle }, expect) => {
    let running = 0
    let most = 0
    await bus.subscribe('a', async () => {
      most = Math.max(most, ++running)
      await Promise.resolve()
      running--
    })
    await Promise.all([
      bus.publish('a', bytes('1')),
      bus.publish('a', bytes('2')),
      bus.publish('a', bytes('3')),
    ])
    await settle()
    expect([most, running]).toEqual([1, 0])
  },
  'never delivers within the call to publish': async ({ bus, settle }, expect) => {
    const got: unknown[] = []
    await bus.subscribe('a', collect(got))
    const published = bus.publish('a', bytes('1'))
    expect(got).toEqual([])
    await published
    await settle()
    expect(got).toEqual(['1'])
  },
  'gives each listener bytes of its own, as they were when published': async ({ bus, settle }, expect) => {
    const got: unknown[] = []
    const spoil = (payload: Uint8Array): void => {
      got.push(text(payload))
      payload.fill(0)
    }
    await bus.subscribe('a', spoil)
    await bus.subscribe('a', spoil)
    const payload = Buffer.from([0x61, 0x62])
    const published = bus.publish('a', payload)
    payload.fill(0x78)
    await published
    await settle()
    expect(got).toEqual(['ab', 'ab'])
  },
  'reports a listener that throws or rejects, and still delivers to it and the others': async (
    { bus, settle, errors },
    expect,
  ) => {
    const got: unknown[] = []
    const failure = new Error('listener failed')
    await bus.subscribe('a', (payload) => {
      if (text(payload) === '1') throw failure
      got.push(`thrower ${text(payload)}`)
    })
    await bus.subscribe('a', async (payload) => {
      if (text(payload) === '1') throw failure
      got.push(`rejecter ${text(payload)}`)
    })
    await bus.subscribe('a', collect(got))
    await bus.publish('a', bytes('1'))
    await bus.publish('a', bytes('2'))
    await settle()
    expect(new Set(got)).toEqual(new Set(['1', '2', 'rejecter 2', 'thrower 2']))
    expect(got.length).toEqual(4)
    expect(errors.map((error) => error === failure)).toEqual([true, true])
  },
  'delivers nothing after unsubscribe, not even what was already published': async (
    { bus, settle },
    expect,
  ) => {
    const got: unknown[] = []
    const unsubscribe = await bus.subscribe('a', collect(got))
    const published = bus.publish('a', bytes('1'))
    const ended = unsubscribe()
    await Promise.all([published, ended, unsubscribe()])
    await bus.publish('a', bytes('2'))
    await settle()
    expect(got).toEqual([])
  },
  'lets a listener unsubscribe itself and publish to its own topic': async ({ bus, settle }, expect) => {
    const got: unknown[] = []
    const unsubscribe = await bus.subscribe('a', async (payload) => {
      got.push(text(payload))
      if (got.length === 3) await unsubscribe()
      // Limited, so that a bus that never stops delivering fails.
      if (got.length < 10) await bus.publish('a', bytes(String(got.length)))
    })
    await bus.publish('a', bytes('0'))
    // What a listener publishes is on its way after what was published before it.
    await waitFor(() => got.length === 3, settle)
    await settle()
    expect(got).toEqual(['0', '1', '2'])
  },
  "runs a listener in its subscriber's async context, not the publisher's": async (
    { bus, settle },
    expect,
  ) => {
    const request = new AsyncLocalStorage<string>()
    const seen: unknown[] = []
    await request.run('subscriber', () => bus.subscribe('a', () => void seen.push(request.getStore())))
    await request.run('publisher 1', () => bus.publish('a', bytes('1')))
    await request.run('publisher 2', () => bus.publish('a', bytes('2')))
    await settle()
    expect(seen).toEqual(['subscriber', 'subscriber'])
  },
  'close waits for a listener that runs': async ({ bus, settle }, expect) => {
    const gate = createGate()
    const got: unknown[] = []
    await bus.subscribe('a', async () => {
      got.push('began')
      await gate.opened
      got.push('ended')
    })
    await bus.publish('a', bytes('1'))
    await waitFor(() => got.length === 1, settle)
    const closed = bus.close().then(() => got.push('closed'))
    gate.open()
    await closed
    expect(got).toEqual(['began', 'ended', 'closed'])
  },
  'close stops waiting when its signal aborts': async ({ bus, settle }, expect) => {
    const gate = createGate()
    const limit = new AbortController()
    let began = false
    await bus.subscribe('a', () => ((began = true), gate.opened))
    await bus.publish('a', bytes('1'))
    await waitFor(() => began, settle)
    const closed = bus.close({ signal: limit.signal })
    limit.abort()
    await closed
    gate.open()
    expect(began).toEqual(true)
  },
  'refuses calls after close, and can be closed twice': async ({ bus }, expect) => {
    await bus.close()
    await bus.close()
    expect(await codeOf(bus.publish('a', bytes('1')))).toEqual('ERR_CORE_PORT_CLOSED')
    expect(await codeOf(bus.subscribe('a', () => {}))).toEqual('ERR_CORE_PORT_CLOSED')
  },
  'rejects invalid topics, payloads and listeners': async ({ bus }, expect) => {
    const codes = [
      await codeOf(bus.publish('', bytes('1'))),
      await codeOf(bus.publish('a\n', bytes('1'))),
      await codeOf(bus.publish('a', 'text' as never)),
      await codeOf(bus.subscribe('k'.repeat(513), () => {})),
      await codeOf(bus.subscribe('a', undefined as never)),
      await codeOf(bus.subscribe('a', () => {}, { onGap: 'loudly' as never })),
    ]
    expect(codes).toEqual(codes.map(() => 'ERR_CORE_PORT_ARGUMENT'))
  },
  'refuses unknown options, and invalid ones': async ({ bus }, expect) => {
    const codes = [
      await codeOf(bus.publish('a', bytes('1'), { onGap: () => {} } as object)),
      await codeOf(bus.subscribe('a', () => {}, { ongap: () => {} } as object)),
      await codeOf(bus.subscribe('a', () => {}, (() => {}) as never)),
    ]
    expect(codes).toEqual(codes.map(() => 'ERR_CORE_PORT_ARGUMENT'))
  },
  'rejects with the reason of an aborted signal': async ({ bus }, expect) => {
    const signal = AbortSignal.abort(Object.assign(new Error('enough'), { code: 'ENOUGH' }))
    expect(await codeOf(bus.publish('a', bytes('1'), { signal }))).toEqual('ENOUGH')
    expect(await codeOf(bus.subscribe('a', () => {}, { signal }))).toEqual('ENOUGH')
  },
}

/** Proves that a bus keeps the contract of `Bus`. */
export const busSuite: Suite<BusSubject> = defineSuite<BusSubject>({
  name: 'busSuite',
  subject: SUBJECT,
  cases: CASES,
})

function createGate(): { readonly opened: Promise<void>; readonly open: () => void } {
  let open = (): void => {}
  const opened = new Promise<void>((resolve) => (open = resolve))
  return { opened, open: () => open() }
}

/** Limited, so that a bus that never delivers fails. `settle` may not end: a listener still runs. */
async function waitFor(isReached: () => boolean, settle: () => Promise<void>): Promise<void> {
  for (let turn = 0; turn < 1000 && !isReached(); turn++) {
    await Promise.race([settle(), new Promise((resolve) => void setTimeout(resolve, 2))])
  }
}
