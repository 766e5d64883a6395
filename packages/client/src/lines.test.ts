import { describe, expect, it } from 'vitest'
import { createClientOn } from './create-client.ts'
import { lines, parseLines, type LinesOptions, type StreamCall } from './streams.ts'
import type { ClientResponse } from './transport.ts'

async function collect<T>(values: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = []
  for await (const value of values) list.push(value)
  return list
}

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

async function* pieces(text: string, size: number) {
  const all = bytes(text)
  for (let at = 0; at < all.length; at += size) yield all.slice(at, at + size)
}

const parse = (text: string, size = 4, options = {}): Promise<unknown[]> =>
  collect(parseLines(pieces(text, size), options))

function callOf(response: ClientResponse): StreamCall {
  const manifest = { version: 1, hash: '', routes: { a: 'GET / 2xx' } }
  const client = createClientOn(async () => response, { baseUrl: 'http://h', manifest })
  return (client as unknown as { a: StreamCall }).a
}

describe('parseLines', () => {
  it.each([1, 2, 3, 7, 100])('gives a value for each line, cut into %i bytes', async (size) => {
    expect(await parse('{"a":"ü€"}\n\n[1]\r\n"x\\n"\n  \nnull', size)).toEqual([
      { a: 'ü€' },
      [1],
      'x\n',
      null,
    ])
  })

  it('gives nothing for nothing', async () => {
    expect(await parse('')).toEqual([])
    expect(await parse('\n\n')).toEqual([])
  })

  it('names the line that is not JSON, after what was before it', async () => {
    const seen: unknown[] = []
    const reading = (async () => {
      for await (const value of parseLines(pieces('1\n{"a"\n3\n', 3))) seen.push(value)
    })()
    await expect(reading).rejects.toMatchObject({
      code: 'ERR_CLIENT_ANSWER',
      message: expect.stringContaining('line 2 is not JSON') as unknown,
    })
    expect(seen).toEqual([1])
  })

  it('refuses a body that ends in the middle of a character', async () => {
    async function* cut() {
      yield Uint8Array.of(0x31, 0xc3)
    }
    await expect(collect(parseLines(cut()))).rejects.toThrow('line 1 is not JSON')
  })

  it('refuses a line without end', async () => {
    await expect(parse(`"${'x'.repeat(50)}`, 4, { maxLineLength: 40 })).rejects.toThrow('maxLineLength')
  })

  it('gives values the type that the caller checks', async () => {
    const parseNumber = (value: unknown): number => {
      if (typeof value !== 'number') throw new TypeError('no number')
      return value * 2
    }
    const sums: number[] = await collect(parseLines(pieces('1\n2\n', 9), { parse: parseNumber }))
    expect(sums).toEqual([2, 4])
    await expect(parse('"x"', 9, { parse: parseNumber })).rejects.toThrow('no number')
  })
})

describe('lines', () => {
  const answer = (type: string, body: ClientResponse['body']): ClientResponse => ({
    status: 200,
    headers: { 'content-type': type },
    body,
  })
  const run = (response: ClientResponse, options: LinesOptions = {}): Promise<unknown[]> =>
    collect(lines(callOf(response), undefined as never, options as never))

  it.each(['application/x-ndjson', 'application/ndjson', 'application/jsonl'])('reads %s', async (type) => {
    expect(await run(answer(type, '1\n2\n'))).toEqual([1, 2])
  })

  it('refuses other answers', async () => {
    await expect(run(answer('application/json', '1'))).rejects.toMatchObject({
      code: 'ERR_CLIENT_ANSWER',
    })
    await expect(run(answer('text/event-stream', '1'))).rejects.toMatchObject({
      code: 'ERR_CLIENT_ANSWER',
    })
  })

  it('throws when the stream breaks', async () => {
    async function* broken() {
      yield bytes('1\n')
      throw new Error('reset')
    }
    await expect(run(answer('application/jsonl', broken()))).rejects.toMatchObject({
      code: 'ERR_CLIENT_NETWORK',
    })
  })
})
