import { toTraceHeaders } from '@keelson/contract/frame'
import { describe, expect, it } from 'vitest'
import { continueTrace, newSpanId, startTrace } from './trace-context.ts'

const TRACE_ID = '4bf92f3577b34da6a3ce929d0e0e4736'
const PARENT_ID = '00f067aa0ba902b7'
const VALID = `00-${TRACE_ID}-${PARENT_ID}-01`

describe('a traceparent', () => {
  it.each([
    ['sampled', VALID, 1],
    ['not sampled', `00-${TRACE_ID}-${PARENT_ID}-00`, 0],
    ['random', `00-${TRACE_ID}-${PARENT_ID}-02`, 2],
    ['sampled and random', `00-${TRACE_ID}-${PARENT_ID}-03`, 3],
    ['with unknown flags, which are dropped', `00-${TRACE_ID}-${PARENT_ID}-fd`, 1],
    ['of a later version', `cc-${TRACE_ID}-${PARENT_ID}-01`, 1],
    ['of a later version with more behind', `cc-${TRACE_ID}-${PARENT_ID}-01-what-the-future-will-be-like`, 1],
    ['of a later version with a dash behind', `01-${TRACE_ID}-${PARENT_ID}-01-`, 1],
  ])('is continued: %s', (_, value, flags) => {
    const trace = continueTrace(value)
    expect(trace).toMatchObject({ traceId: TRACE_ID, parentSpanId: PARENT_ID, flags })
    expect(trace.spanId).toMatch(/^[0-9a-f]{16}$/)
    expect(trace.spanId).not.toBe(PARENT_ID)
  })

  it.each([
    ['empty', ''],
    ['two of them in one field', `${VALID}, ${VALID}`],
    ['version 00 with a tail', `${VALID}.`],
    ['version 00 with another field', `${VALID}-00`],
    ['a later version with a tail that is no field', `cc-${TRACE_ID}-${PARENT_ID}-01.what`],
    ['version ff', `ff-${TRACE_ID}-${PARENT_ID}-01`],
    ['a version that is not hex', `.0-${TRACE_ID}-${PARENT_ID}-01`],
    ['a version too long', `000-${TRACE_ID}-${PARENT_ID}-01`],
    ['a version too short', `0-${TRACE_ID}-${PARENT_ID}-01`],
    ['an all-zero trace id', `00-${'0'.repeat(32)}-${PARENT_ID}-01`],
    ['an all-zero parent id', `00-${TRACE_ID}-${'0'.repeat(16)}-01`],
    ['a trace id too long', `00-${TRACE_ID}0-${PARENT_ID}-01`],
    ['a trace id too short', `00-${TRACE_ID.slice(1)}-${PARENT_ID}-01`],
    ['a trace id that is not hex', `00-${TRACE_ID.slice(1)}.-${PARENT_ID}-01`],
    ['a parent id that is not hex', `00-${TRACE_ID}-${PARENT_ID.slice(1)}.-01`],
    ['upper case', VALID.toUpperCase()],
    ['upper case in a later version', `CC-${TRACE_ID}-${PARENT_ID}-01`],
    ['flags that are not hex', `00-${TRACE_ID}-${PARENT_ID}-.1`],
    ['flags too long', `00-${TRACE_ID}-${PARENT_ID}-001`],
    ['flags too short', `00-${TRACE_ID}-${PARENT_ID}-1`],
    ['a line break behind', `${VALID}\n`],
    ['a later version with a line break behind', `cc-${TRACE_ID}-${PARENT_ID}-01\n`],
  ])('starts a new trace: %s', (_, value) => {
    const trace = continueTrace(value, 'congo=1')
    expect(trace.traceId).not.toBe(TRACE_ID)
    expect(trace.parentSpanId).toBeUndefined()
    expect(trace.state).toBeUndefined()
  })
})

describe('a new trace', () => {
  it('has random ids, says so, and is not sampled unless asked', () => {
    const trace = startTrace()
    expect(trace.traceId).toMatch(/^[0-9a-f]{32}$/)
    expect(trace.spanId).toMatch(/^[0-9a-f]{16}$/)
    expect([trace.isRandom, trace.isSampled]).toEqual([true, false])
    expect([startTrace(true).isRandom, startTrace(true).isSampled]).toEqual([true, true])
    expect(startTrace().traceId).not.toBe(trace.traceId)
  })

  it('does not repeat ids over refills of the random pool', () => {
    const ids = Array.from({ length: 5000 }, () => startTrace())
    expect(new Set(ids.map((trace) => trace.traceId)).size).toBe(5000)
    expect(
      new Set([...ids.map((trace) => trace.spanId), ...Array.from({ length: 5000 }, newSpanId)]).size,
    ).toBe(10_000)
  })
})

describe('a tracestate', () => {
  const stateOf = (value: string): string | undefined => continueTrace(VALID, value).state
  const long = (letter: string, times: number): string => letter.repeat(times)
  const members = (count: number): string =>
    Array.from({ length: count }, (_, at) => `k${at}=${at}`).join(',')
  const characters = (from: number, to: number): string =>
    String.fromCharCode(...Array.from({ length: to - from + 1 }, (_, at) => from + at))
  const valueCharacters = characters(0x20, 0x2b) + characters(0x2d, 0x3c) + characters(0x3e, 0x7e)

  it.each([
    ['one member', 'congo=t61rcWkgMzE'],
    ['members in order', 'rojo=00f067aa0ba902b7,congo=t61rcWkgMzE'],
    ['32 members', members(32)],
    ['all characters of a key', 'abcdefghijklmnopqrstuvwxyz0123456789_-*/@a=1'],
    ['all characters of a value', `a=${valueCharacters}`],
    ['a key that begins with a digit', '0a=1'],
    ['a tenant', 'fw529a3039@dt=FfffffffffffFFFF'],
    ['a key of 256', `${long('z', 256)}=1`],
    ['a value of 256', `a=${long('v', 256)}`],
  ])('is passed on: %s', (_, value) => {
    expect(stateOf(value)).toBe(value)
  })

  it('is passed on without optional white space and empty members', () => {
    expect(stateOf('foo=1 \t , \t bar=2,, \t baz=3 ,')).toBe('foo=1,bar=2,baz=3')
  })

  it('keeps spaces at the start and in the middle of a value', () => {
    expect(stateOf('foo= 1 2 ')).toBe('foo= 1 2')
  })

  it.each([
    ['empty', ''],
    ['only white space', ' \t,  ,'],
    ['33 members', members(33)],
    ['a key twice', 'foo=1,bar=2,foo=1'],
    ['a space behind the key', 'foo =1'],
    ['upper case', 'FOO=1'],
    ['a dot in a key', 'foo.bar=1'],
    ['an empty key', '=1'],
    ['a key that begins with @', '@foo=1,bar=2'],
    ['a key of 257', `foo=1,${long('z', 257)}=1`],
    ['a value of 257', `foo=1,a=${long('v', 257)}`],
    ['an equals sign in a value', 'foo=bar=baz'],
    ['an empty value', 'foo=,bar=3'],
    ['no equals sign', 'foo'],
    ['a control character', 'foo=a\u0001b'],
    ['a tab inside a value', 'foo=a\tb'],
    ['not ASCII', 'foo=é'],
  ])('is dropped while traceparent is kept: %s', (_, value) => {
    expect(continueTrace(VALID, value)).toMatchObject({ traceId: TRACE_ID, state: undefined })
  })

  it('is dropped without a traceparent', () => {
    expect(continueTrace(undefined, 'foo=1').state).toBeUndefined()
  })

  it('is checked in linear time', () => {
    expect(stateOf(`a=${' '.repeat(100_000)}`)).toBeUndefined()
    expect(stateOf(','.repeat(100_000))).toBeUndefined()
  })
})

describe('the headers for another service', () => {
  it('name the span of this request as the parent and pass on the state', () => {
    const trace = continueTrace(VALID, 'foo=1 , bar=2')
    expect(toTraceHeaders({ trace })).toEqual({
      traceparent: `00-${TRACE_ID}-${trace.spanId}-01`,
      tracestate: 'foo=1,bar=2',
    })
  })

  it('can name a span of the call itself', () => {
    expect(toTraceHeaders({ trace: continueTrace(VALID) }, 'b7ad6b7169203331')).toEqual({
      traceparent: `00-${TRACE_ID}-b7ad6b7169203331-01`,
    })
  })

  it('are of version 00 whatever came in, and valid for a new trace', () => {
    const trace = continueTrace(`cc-${TRACE_ID}-${PARENT_ID}-ff-more`)
    expect(toTraceHeaders({ trace }).traceparent).toBe(`00-${TRACE_ID}-${trace.spanId}-03`)
    const fresh = toTraceHeaders({ trace: startTrace() })
    expect(continueTrace(fresh.traceparent).traceId).toBe(fresh.traceparent.slice(3, 35))
    expect(Object.keys(fresh)).toEqual(['traceparent'])
  })
})
