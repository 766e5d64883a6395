import { describe, expect, it } from 'vitest'
import { EventParser, type ServerSentEvent } from './event-parser.ts'

function parse(...pieces: string[]): readonly ServerSentEvent[] {
  const parser = new EventParser('')
  return pieces.flatMap((piece) => parser.feed(piece))
}

const message = (data: string, rest: Partial<ServerSentEvent> = {}): ServerSentEvent => ({
  type: 'message',
  data,
  lastEventId: '',
  ...rest,
})

/** Streams with what the HTML standard makes of them; the first ones are its own examples. */
const CASES: readonly (readonly [string, string, readonly ServerSentEvent[]])[] = [
  ['joins data lines', 'data: YHOO\ndata: +2\ndata: 10\n\n', [message('YHOO\n+2\n10')]],
  [
    'skips comments and keeps ids',
    ': test stream\n\ndata: first event\nid: 1\n\ndata:second event\nid\n\ndata:  third event\n\n',
    [message('first event', { lastEventId: '1' }), message('second event'), message(' third event')],
  ],
  ['gives empty data', 'data\n\ndata\ndata\n\ndata:', [message(''), message('\n')]],
  ['removes one space only', 'data:test\n\ndata: test\n\n', [message('test'), message('test')]],
  ['takes CR, LF and CRLF for line ends', 'data: a\rdata: b\r\ndata: c\n\r\n', [message('a\nb\nc')]],
  ['takes two CRs for an empty line', 'data: a\r\rdata: b\r\n\r\n', [message('a'), message('b')]],
  ['drops an event that is not complete', 'data: a\n\ndata: b\n', [message('a')]],
  ['drops an event without data, with its type', 'event: x\n\ndata: a\n\n', [message('a')]],
  ['takes the last type', 'event: x\nevent: y\ndata: a\n\n', [message('a', { type: 'y' })]],
  ['takes an empty type for none', 'event:\ndata: a\n\n', [message('a')]],
  [
    'ignores an id with NUL',
    'id: 1\ndata: a\n\nid: 2\0\ndata: b\n\n',
    [message('a', { lastEventId: '1' }), message('b', { lastEventId: '1' })],
  ],
  ['counts the id of an event without data', 'id: 7\n\ndata: a\n\n', [message('a', { lastEventId: '7' })]],
  [
    'ignores unknown fields and fields in capitals',
    'DATA: a\nfoo: b\ndatax: c\n data: d\ndata: e\n\n',
    [message('e')],
  ],
  ['keeps colons of the value', 'data: a:b: c\n\n', [message('a:b: c')]],
  ['keeps other line ends of Unicode in the data', 'data: a\u2028b\u0085c\n\n', [message('a\u2028b\u0085c')]],
]

describe('a stream of events', () => {
  it.each(CASES)('%s', (_, text, events) => {
    expect(parse(text)).toEqual(events)
  })

  it('means the same wherever it is cut', () => {
    for (const [, text, events] of CASES) {
      expect(parse(...text.split(''))).toEqual(events)
      for (let at = 0; at <= text.length; at++)
        expect(parse(text.slice(0, at), '', text.slice(at))).toEqual(events)
    }
  })

  it('gives an event at once when its last line ends in CR', () => {
    const parser = new EventParser('')
    expect(parser.feed('data: a\r\r')).toEqual([message('a')])
    expect(parser.feed('\ndata: b\n\n')).toEqual([message('b')])
  })

  it.each([
    ['retry: 250\n', 250],
    ['retry: 1x\n', undefined],
    ['retry: -1\n', undefined],
    ['retry:\n', undefined],
    ['retry: 1\nretry: 2.5\n', 1],
  ])('reads %j as a wait of %s ms', (text, retryMs) => {
    const parser = new EventParser('')
    parser.feed(text)
    expect(parser.retryMs).toBe(retryMs)
  })

  it('goes on from the id it is given', () => {
    expect(new EventParser('4').feed('data: a\n\n')).toEqual([message('a', { lastEventId: '4' })])
  })
})
