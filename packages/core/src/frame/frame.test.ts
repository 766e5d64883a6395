import { describe, expect, it } from 'vitest'
import { Frame } from './frame.ts'
import { frameKey } from './frame-key.ts'
import { startTrace } from './trace-context.ts'

const USER = frameKey<unknown>('user')
const BRANCH = frameKey<string>('branch')
const TRACEPARENT = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'

describe('a frame', () => {
  it('keeps its id and the time it started', () => {
    const before = performance.now()
    const frame = new Frame('r1')
    expect(frame.id).toBe('r1')
    expect(frame.startedAt).toBeGreaterThanOrEqual(before)
    expect(frame.startedAt).toBeLessThanOrEqual(performance.now())
    expect(new Frame('r2', 17).startedAt).toBe(17)
  })

  it('has no deadline until one is set, and counts down to it but never below zero', () => {
    const frame = new Frame('r', 0)
    expect(frame.deadline).toBeUndefined()
    expect(frame.remainingMs()).toBe(Infinity)
    frame.deadline = 100
    expect(frame.deadline).toBe(100)
    expect(frame.remainingMs(30)).toBe(70)
    expect(frame.remainingMs(100)).toBe(0)
    expect(frame.remainingMs(130)).toBe(0)
    frame.deadline = undefined
    expect(frame.remainingMs(1e9)).toBe(Infinity)
  })

  it('carries fields for the log', () => {
    const frame = new Frame('r')
    expect(frame.bindings).toBeUndefined()
    frame.bindings = { route: 'orders.show' }
    expect(frame.with(USER, 'ada').bindings).toEqual({ route: 'orders.show' })
  })
})

describe('the signal of a frame', () => {
  it('aborts with the reason that abort was given', () => {
    const frame = new Frame('r')
    const { signal } = frame
    const seen: unknown[] = []
    signal.addEventListener('abort', () => seen.push(signal.reason))
    expect(signal.aborted).toBe(false)
    const gone = new Error('client gone')
    frame.abort(gone)
    expect(frame.isAborted).toBe(true)
    expect(frame.abortReason).toBe(gone)
    expect(seen).toEqual([gone])
  })

  it('is already aborted when it is first read after abort', () => {
    const frame = new Frame('r')
    frame.abort('late')
    expect(frame.signal.aborted).toBe(true)
    expect(frame.signal.reason).toBe('late')
  })

  it('calls the listeners of the frame once, also of one that was made from it, and none that was removed', () => {
    const frame = new Frame('r')
    const seen: unknown[] = []
    const removed = (): void => void seen.push('removed')
    frame.addAbortListener(() => seen.push(frame.abortReason))
    frame.with(USER, 'ada').addAbortListener(() => seen.push('branch'))
    frame.addAbortListener(removed)
    frame.removeAbortListener(removed)
    frame.abort('gone')
    frame.abort('again')
    expect(seen).toEqual(['gone', 'branch'])
    frame.addAbortListener(() => seen.push('late'))
    expect(seen).toEqual(['gone', 'branch', 'late'])
  })

  it('has an AbortError as its reason when none was given, whether read before or after', () => {
    const early = new Frame('early')
    const { signal } = early
    early.abort()
    const late = new Frame('late')
    late.abort()
    expect(signal.reason).toMatchObject({ name: 'AbortError' })
    expect(late.signal.reason).toMatchObject({ name: 'AbortError' })
  })

  it('counts only the first abort', () => {
    const frame = new Frame('r')
    frame.abort('first')
    frame.abort('second')
    expect(frame.abortReason).toBe('first')
    expect(frame.signal.reason).toBe('first')
  })

  it('is the same object each time', () => {
    const frame = new Frame('r')
    expect(frame.signal).toBe(frame.signal)
  })
})

describe('the slots of a frame', () => {
  const LOCALE = frameKey<string>('locale')

  it('give back what was set, and undefined for what was not', () => {
    const frame = new Frame('r')
    expect(frame.get(LOCALE)).toBeUndefined()
    frame.set(LOCALE, 'de')
    frame.set(USER, { id: 7 })
    frame.set(LOCALE, 'fr')
    expect(frame.get(LOCALE)).toBe('fr')
    expect(frame.get(USER)).toEqual({ id: 7 })
    frame.set(LOCALE, undefined)
    expect(frame.get(LOCALE)).toBeUndefined()
  })

  it('tell two keys of one name apart', () => {
    const other = frameKey<string>('locale')
    const frame = new Frame('r')
    frame.set(LOCALE, 'de')
    expect(frame.get(other)).toBeUndefined()
  })

  it('are not shared between frames', () => {
    const one = new Frame('1')
    one.set(LOCALE, 'de')
    expect(new Frame('2').get(LOCALE)).toBeUndefined()
  })

  it('take another value in a branch without touching the frame they branch from', () => {
    const frame = new Frame('r')
    const first = frame.with(BRANCH, 'tx1')
    const second = frame.with(BRANCH, 'tx2')
    expect([first.get(BRANCH), second.get(BRANCH), frame.get(BRANCH)]).toEqual(['tx1', 'tx2', undefined])
    first.set(BRANCH, 'tx1b')
    expect([first.get(BRANCH), second.get(BRANCH), frame.get(BRANCH)]).toEqual(['tx1b', 'tx2', undefined])
  })

  it('can be hidden in a branch by undefined', () => {
    const frame = new Frame('r')
    frame.set(BRANCH, 'tx')
    expect(frame.with(BRANCH, undefined).get(BRANCH)).toBeUndefined()
  })

  it('set from inside a branch are seen by the whole request', () => {
    const frame = new Frame('r')
    const inner = frame.with(BRANCH, 'tx').with(LOCALE, 'de')
    inner.set(USER, 'ada')
    expect(frame.get(USER)).toBe('ada')
    expect(inner.get(USER)).toBe('ada')
    expect(inner.get(BRANCH)).toBe('tx')
  })

  it('share id, deadline, trace and abort with their branches', () => {
    const frame = new Frame('r', 5)
    const branch = frame.with(BRANCH, 'tx')
    branch.deadline = 100
    branch.abort('stop')
    expect(branch.id).toBe('r')
    expect(branch.startedAt).toBe(5)
    expect(frame.deadline).toBe(100)
    expect(frame.isAborted).toBe(true)
    expect(frame.signal).toBe(branch.signal)
    expect(branch.trace).toBe(frame.trace)
  })
})

describe('the trace of a frame', () => {
  it('continues the trace of the caller', () => {
    const frame = new Frame('r')
    frame.acceptTrace(TRACEPARENT, 'congo=t61rcWkgMzE')
    expect(frame.trace).toMatchObject({
      traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
      parentSpanId: '00f067aa0ba902b7',
      state: 'congo=t61rcWkgMzE',
    })
  })

  it('starts anew without headers, and is the same each time it is read', () => {
    const frame = new Frame('r')
    const { trace } = frame
    expect(trace.parentSpanId).toBeUndefined()
    expect(frame.trace).toBe(trace)
    expect(new Frame('s').trace.traceId).not.toBe(trace.traceId)
  })

  it('can be replaced', () => {
    const frame = new Frame('r')
    const sampled = startTrace(true)
    frame.with(USER, 'ada').trace = sampled
    expect(frame.trace).toBe(sampled)
  })
})
