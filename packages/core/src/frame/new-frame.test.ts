import { describe, expect, it, vi } from 'vitest'
import { ArgumentError, GatewayTimeoutError } from '../errors/index.ts'
import {
  currentFrame,
  currentTransaction,
  Frame,
  frameKey,
  PRINCIPAL,
  runInFrame,
  runInNewFrame,
  runInTransaction,
  TENANT,
} from './index.ts'

const LOCALE = frameKey<string>('locale')
const PARENT = '00f067aa0ba902b7'
const TRACEPARENT = `00-4bf92f3577b34da6a3ce929d0e0e4736-${PARENT}-01`

function within<T>(work: (outer: Frame) => T): T {
  const outer = new Frame('outer')
  outer.acceptTrace(TRACEPARENT)
  outer.set(PRINCIPAL, { id: 'ada', kind: 'user' })
  outer.set(TENANT, 'acme')
  outer.set(LOCALE, 'de')
  return runInFrame(outer, work, outer)
}

const wait = (signal: AbortSignal): Promise<unknown> =>
  new Promise((resolve) => signal.addEventListener('abort', () => resolve(currentFrame()?.id)))

describe('runInNewFrame', () => {
  it('runs work in a frame of its own, and gives what the work gives', async () => {
    expect(runInNewFrame((frame) => [frame === currentFrame(), frame.id !== ''])).toEqual([true, true])
    expect(await runInNewFrame(async (frame) => (await null, currentFrame() === frame))).toBe(true)
    expect(currentFrame()).toBeUndefined()
    expect(() =>
      runInNewFrame(() => {
        throw new Error('no')
      }),
    ).toThrow('no')
    await expect(runInNewFrame(() => Promise.reject(new Error('late')))).rejects.toThrow('late')
  })

  it('knows neither caller nor tenant, unless it inherits them', () => {
    within(() => {
      runInNewFrame((frame) => {
        expect(frame.get(PRINCIPAL)).toBeUndefined()
        expect(frame.get(TENANT)).toBeUndefined()
        frame.set(TENANT, 'other')
      })
      runInNewFrame(
        (frame) => {
          expect(frame.get(PRINCIPAL)).toEqual({ id: 'ada', kind: 'user' })
          expect(frame.get(LOCALE)).toBe('de')
          expect(frame.get(TENANT)).toBeUndefined()
        },
        { inherit: [PRINCIPAL, LOCALE] },
      )
      expect(currentFrame()?.get(TENANT)).toBe('acme')
    })
    runInNewFrame((frame) => expect(frame.get(TENANT)).toBeUndefined(), { inherit: [TENANT] })
  })

  it('continues the trace around it, that which it is given, or starts one', () => {
    within((outer) => {
      runInNewFrame(({ trace, id }) => {
        expect(trace.traceId).toBe(outer.trace.traceId)
        expect(trace.parentSpanId).toBe(outer.trace.spanId)
        expect(trace.spanId).not.toBe(outer.trace.spanId)
        expect(trace.isSampled).toBe(true)
        expect(id).not.toBe('outer')
      })
      const own = runInNewFrame(({ trace }) => trace, { trace: 'new' })
      expect(own.traceId).not.toBe(outer.trace.traceId)
      expect(runInNewFrame(({ trace }) => trace.parentSpanId, { trace: own })).toBe(own.spanId)
    })
    const given = runInNewFrame(({ trace }) => trace, { trace: { traceparent: TRACEPARENT } })
    expect(given.parentSpanId).toBe(PARENT)
    expect(runInNewFrame(({ trace }) => trace.parentSpanId)).toBeUndefined()
  })

  it('aborts the signal when the deadline passes, in its frame', async () => {
    vi.useFakeTimers()
    try {
      let seen: Frame | undefined
      const done = runInNewFrame(
        (frame) => {
          seen = frame
          expect(frame.remainingMs(frame.startedAt)).toBe(50)
          return wait(frame.signal)
        },
        { deadlineMs: 50 },
      )
      vi.advanceTimersByTime(49)
      expect(seen?.isAborted).toBe(false)
      vi.advanceTimersByTime(1)
      expect(await done).toBe(seen?.id)
      expect(GatewayTimeoutError.is(seen?.abortReason)).toBe(true)
      expect(String(seen?.abortReason)).toContain('The work took longer than 50 ms. Raise deadlineMs')
    } finally {
      vi.useRealTimers()
    }
  })

  it('leaves no timer when the work has ended, by whatever', async () => {
    vi.useFakeTimers()
    try {
      const options = { deadlineMs: 50 }
      runInNewFrame(() => 1, options)
      expect(() =>
        runInNewFrame(() => {
          throw new Error('no')
        }, options),
      ).toThrow('no')
      await runInNewFrame(() => Promise.reject(new Error('no')), options).catch(() => undefined)
      expect(vi.getTimerCount()).toBe(0)
      const frame = runInNewFrame((own) => own, { deadlineMs: 0 })
      expect(frame.deadline).toBeUndefined()
    } finally {
      vi.useRealTimers()
    }
  })

  it('ends with the signal that it is given, and with no other', async () => {
    const controller = new AbortController()
    const done = runInNewFrame(({ signal }) => wait(signal).then(() => signal.reason as unknown), {
      signal: controller.signal,
    })
    controller.abort('enough')
    expect(await done).toBe('enough')
    expect(() => runInNewFrame(() => 1, { signal: controller.signal })).toThrow('enough')
    within((outer) => {
      const frame = runInNewFrame((own) => own)
      outer.abort('outer')
      expect(frame.isAborted).toBe(false)
    })
  })

  it('runs outside of any transaction', () => {
    const scope = { name: 'db', afterCommit: () => {}, afterRollback: () => {}, afterUnknown: () => {} }
    runInTransaction(scope, () => {
      expect(runInNewFrame(() => currentTransaction())).toBeUndefined()
      expect(currentTransaction()).toBe(scope)
    })
  })

  it('begins work once that begins when somebody waits for it', async () => {
    let begun = 0
    const query = {
      then(resolve: (id: unknown) => void) {
        begun++
        resolve(currentFrame()?.id)
      },
    }
    const ids: unknown[] = []
    ids.push(await runInNewFrame((frame) => (ids.push(frame.id), query as PromiseLike<unknown>)))
    expect(ids[0]).toBe(ids[1])
    expect(begun).toBe(1)
  })

  it.each([
    [{ deadline: 5 }, "Did you mean 'deadlineMs'?"],
    [{ deadlineMs: -1 }, 'a number of milliseconds'],
    [{ deadlineMs: Number.NaN }, 'a number of milliseconds'],
    [{ inherit: ['tenant'] }, 'a key that frameKey() made'],
    [{ trace: 'none' }, 'trace'],
    [{ signal: 'stop' }, 'an AbortSignal'],
  ])('refuses %j by name, and runs nothing', (options, text) => {
    const run = vi.fn<() => void>()
    let thrown: unknown
    try {
      runInNewFrame(run, options as never)
    } catch (error) {
      thrown = error
    }
    expect(ArgumentError.is(thrown)).toBe(true)
    expect(String(thrown)).toContain('runInNewFrame')
    expect(String(thrown)).toContain(text)
    expect(run).not.toHaveBeenCalled()
  })
})
