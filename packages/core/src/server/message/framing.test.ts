import { describe, expect, it } from 'vitest'
import { BadRequestError, describeThrown } from '../../errors/index.ts'
import { compileHeaders } from '../../operation/declared-headers.ts'
import { t } from '../../schema/index.ts'
import { hasFraming, takeFraming } from './framing.ts'

const FRAMING = [
  'connection',
  'content-length',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
]

describe('framing headers', () => {
  it('are told from others of their length', () => {
    expect(hasFraming([])).toBe(false)
    expect(hasFraming(['content-type', 'a', 'x-abcdefghijkl', 'b', 'etag', 'connection'])).toBe(false)
    for (const name of [...FRAMING, 'upgrade']) expect(hasFraming(['etag', 'a', name, 'b'])).toBe(true)
  })

  it('are taken out, and the rest keeps its order', () => {
    const flat = [
      'a',
      '1',
      'transfer-encoding',
      'chunked',
      'b',
      '2',
      'content-length',
      '12',
      'set-cookie',
      'x',
      'set-cookie',
      'y',
    ]
    expect(takeFraming(flat)).toEqual({ length: 12, isClose: false, isUpgrade: false })
    expect(flat).toEqual(['a', '1', 'b', '2', 'set-cookie', 'x', 'set-cookie', 'y'])
  })

  it('are the same for handlers, for errors and for declarations', () => {
    const all = [...FRAMING, 'upgrade', 'etag']
    const headers = Object.fromEntries(all.map((name) => [name, 'a']))
    const left = Object.entries(headers).flat()
    expect(takeFraming(left).isUpgrade).toBe(true)
    const { headers: ofError } = describeThrown(Object.assign(new BadRequestError(), { headers }))
    const isDeclared = (name: string) => {
      try {
        compileHeaders({ [name]: t.String() }, 'x')
        return true
      } catch {
        return false
      }
    }
    expect(left).toEqual(['upgrade', 'a', 'etag', 'a'])
    expect(ofError).toEqual({ upgrade: 'a', etag: 'a' })
    expect(all.filter(isDeclared)).toEqual(['upgrade', 'etag'])
  })

  it.each(['close', 'Close', 'keep-alive, close', 'close,x'])(
    'ask for the end of the connection by %s',
    (value) => {
      expect(takeFraming(['connection', value]).isClose).toBe(true)
    },
  )

  it.each(['keep-alive', 'closed', 'x-close'])('do not ask for it by %s', (value) => {
    expect(takeFraming(['connection', value]).isClose).toBe(false)
  })

  it.each(['', 'abc', '-1', '1.5', '0x10', '99999999999999999999'])(
    'promise nothing by a length of %j',
    (value) => {
      expect(takeFraming(['content-length', value]).length).toBe(-1)
    },
  )
})
