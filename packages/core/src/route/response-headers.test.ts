import { describe, expect, it } from 'vitest'
import { ResponseHeaders } from './response-headers.ts'

describe('response headers', () => {
  it('know a name in any case, and keep it in lower case', () => {
    const headers = new ResponseHeaders(['etag', '"1"']).set('ETag', '"2"').append('Set-Cookie', 'a=1')
    headers.append('set-cookie', 'b=2')
    expect([...headers]).toEqual([
      ['etag', '"2"'],
      ['set-cookie', 'a=1'],
      ['set-cookie', 'b=2'],
    ])
    expect([headers.get('Etag'), headers.has('ETAG'), headers.get('SET-cookie')]).toEqual([
      '"2"',
      true,
      'a=1',
    ])
    expect([headers.delete('Set-Cookie'), headers.delete('Set-Cookie'), headers.has('set-cookie')]).toEqual([
      true,
      false,
      false,
    ])
  })
})
