import { describe, expect, it } from 'vitest'
import { isReply, reply } from './reply.ts'

describe('a reply', () => {
  it('has a status, a body and headers', () => {
    const headers = { etag: '"1"' }
    expect(reply(201, { id: 7 }, headers)).toMatchObject({
      kind: 'reply',
      status: 201,
      body: { id: 7 },
      headers,
    })
    expect(reply(204)).toMatchObject({ status: 204, body: undefined, headers: undefined })
  })

  it('is told from what only looks like one, such as a value from outside', () => {
    expect(isReply(reply(204))).toBe(true)
    const { kind, status, body, headers } = reply(200, 'x')
    for (const value of [
      { kind, status, body, headers },
      { ...reply(200) },
      null,
      undefined,
      'reply',
      new Response(),
    ])
      expect(isReply(value)).toBe(false)
  })

  it('is told when another copy of the package made it', () => {
    expect(isReply({ [Symbol.for('keelson.reply')]: true })).toBe(true)
  })
})
