import { describe, expect, it } from 'vitest'
import { LaidHeaders } from './laid-headers.ts'

describe('headers that are laid', () => {
  it('tell all that was said of them, in order', () => {
    const headers = new LaidHeaders().set('X-A', 1).set('x-b', 'b')
    expect(headers.said).toEqual([
      ['set', 'x-a', '1'],
      ['set', 'x-b', 'b'],
    ])
    headers.set('x-c', 'c')
    expect(headers.said.at(-1)).toEqual(['set', 'x-c', 'c'])
  })

  it('tell what was said twice, and what is no longer there', () => {
    const headers = new LaidHeaders().set('x-a', 'a').set('x-a', 'b')
    headers.delete('x-a')
    expect(headers.said).toEqual([
      ['set', 'x-a', 'a'],
      ['set', 'x-a', 'b'],
      ['delete', 'x-a'],
    ])
  })

  it.each<[string, (headers: LaidHeaders) => void]>([
    ['set', (headers) => headers.set('x-a', 'b')],
    ['append', (headers) => headers.append('x-a', 'b')],
    ['delete', (headers) => headers.delete('x-a')],
    ['vary', (headers) => headers.vary('origin')],
  ])('are the same when it is said again, after %s', (_, change) => {
    const headers = new LaidHeaders().set('x-a', 'a').set('x-b', 'b')
    change(headers)
    headers.set('x-c', 'c')
    const again = new LaidHeaders()
    again.say(headers.said)
    expect([again.flat, again.said]).toEqual([headers.flat, headers.said])
  })
})
