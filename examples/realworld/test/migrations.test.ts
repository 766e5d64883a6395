import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { openDatabase, runSeeds } from '@keelson/db'
import { describe, expect, it } from 'vitest'
import { tables } from '../src/tables.ts'
import { systemOn, URLS } from './systems.ts'

const EXAMPLE = join(import.meta.dirname, '..')
const LIMIT_MS = 60_000

describe.for(Object.entries(URLS))('the files on %s', ([name, url]) => {
  it('make the tables of the code', { timeout: LIMIT_MS }, async ({ skip }) => {
    if ((await systemOn(name)) === undefined) return skip(`${name} is not at hand`)
    const command = join(EXAMPLE, 'node_modules/.bin/keelson')
    const { status, stdout, stderr } = spawnSync(command, ['db', 'check'], {
      cwd: EXAMPLE,
      env: { ...process.env, DATABASE_URL: url },
      encoding: 'utf8',
      timeout: LIMIT_MS,
    })
    expect([status, stdout, stderr]).toEqual([0, 'The migrations make the tables.\n', ''])
  })

  it('fill the tables, and change nothing the second time', { timeout: LIMIT_MS }, async ({ skip }) => {
    const system = await systemOn(name)
    if (system === undefined) return skip(`${name} is not at hand`)
    await using db = await openDatabase(system.adapter, tables)
    const folder = join(EXAMPLE, 'seeds')
    const counts = async () =>
      (await runSeeds(db, { folder })).map(({ inserted, updated, unchanged }) => [
        inserted,
        updated,
        unchanged,
      ])
    expect(await counts()).toEqual([[16, 0, 0]])
    expect(await counts()).toEqual([[0, 0, 16]])
    expect(await db.articles.count()).toBe(3)
  })
})
