import { describe, expect, it } from 'vitest'
import { SetupError } from '@keelson/core'
import { loadDriver } from './load-driver.ts'

function missing(name: string): Promise<never> {
  const message = `Cannot find package '${name}' imported from /app/main.js`
  return Promise.reject(Object.assign(new Error(message), { code: 'ERR_MODULE_NOT_FOUND' }))
}

describe('loadDriver', () => {
  it('says what to install where a driver is missing', async () => {
    const error: unknown = await loadDriver('postgres()', 'pg', () => missing('pg')).catch(
      (reason: unknown) => reason,
    )
    expect(SetupError.is(error) && error.problems).toMatchObject([
      { code: 'ERR_DB_DRIVER', place: 'postgres()', remedy: 'Run npm install pg.' },
    ])
  })

  it('passes on what a driver that is there throws', async () => {
    await expect(loadDriver('postgres()', 'pg', () => missing('pgpass'))).rejects.toThrow("'pgpass'")
  })
})
