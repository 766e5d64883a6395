import { StoreFullError } from '@keelson/core/ports'
import { describe, expect, it } from 'vitest'
import { RedisCommandError, RedisUnavailableError } from './errors.ts'
import { toRedisError } from './redis-error.ts'

const at = { place: 'redis://127.0.0.1:6379/0', keeps: true }

describe('an error of Redis', () => {
  it.each(['BUSY', 'CLUSTERDOWN', 'LOADING', 'MASTERDOWN', 'MISCONF', 'NOREPLICAS', 'READONLY', 'TRYAGAIN'])(
    '%s says that it is gone',
    (code) => {
      expect(toRedisError(new Error(`${code} of no use now`), at)).toBeInstanceOf(RedisUnavailableError)
    },
  )

  it.each([
    ['NOPERM this user has no permissions', RedisCommandError],
    ['OOM command not allowed when used memory > maxmemory', StoreFullError],
    ['connect ECONNREFUSED', RedisUnavailableError],
  ])('%s is another one', (text, kind) => {
    expect(toRedisError(new Error(text), at)).toBeInstanceOf(kind)
  })

  it('has no argument of its command', () => {
    const said = "ERR unknown command 'GETX', with args beginning with: 'session:credential' "
    const error = Object.assign(new Error(said), { command: { args: ['session:credential'] } })
    const made = toRedisError(error, at)
    expect(made.message).toBe(`Redis at ${at.place} refused a command: ERR unknown command 'GETX'`)
    expect(JSON.stringify([made.cause, (made.cause as Error).message])).not.toContain('credential')
  })
})
