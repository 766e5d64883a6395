import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, it } from 'vitest'
import { LIMIT_MS, READER, Service } from './service.ts'

const EXAMPLE = join(import.meta.dirname, '..')
const FILES = readdirSync(join(EXAMPLE, 'migrations'))
  .filter((name) => name.endsWith('.sql'))
  .filter((file) => file.endsWith('.sql'))

describe('the migrations', () => {
  it('are applied by the start, each once', { timeout: 3 * LIMIT_MS }, async () => {
    const first = await Service.start()
    const { id } = await first.create('Ada')
    await first.stop()
    await using again = await Service.start({ folder: first.folder })
    expect((await again.call('GET', `/orders/${id}`, { key: READER })).status).toBe(200)
    using db = new DatabaseSync(again.databaseFile)
    const applied = db.prepare('select name from keelson_migrations order by name').all()
    expect(applied.map(({ name }) => `${String(name)}.sql`)).toEqual(FILES)
  })

  it('make the tables of the code', { timeout: LIMIT_MS }, () => {
    const command = join(EXAMPLE, 'node_modules/.bin/keelson')
    const { status, stdout, stderr } = spawnSync(command, ['db', 'check'], {
      cwd: EXAMPLE,
      encoding: 'utf8',
      timeout: LIMIT_MS,
    })
    expect([status, stdout, stderr]).toEqual([0, 'The migrations make the tables.\n', ''])
  })
})
