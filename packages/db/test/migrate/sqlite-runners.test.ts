// Runners of two processes on one file of SQLite.
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { openDatabase } from '../../src/index.ts'
import { migrate, migrationStatus } from '../../src/migrations/index.ts'
import { sqlite } from '../../src/sqlite/index.ts'
import { messageOf, migrationFolder, NO_TABLES, type MigrationFolder } from './migration-folder.ts'

const CHILD = fileURLToPath(new URL('killed-runner.ts', import.meta.url))

/** Writes rows before and after a file `go` is there, and says by a file `begun` that it is between. */
const SLOW = `
import { existsSync, writeFileSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'
const { migration } = await import(${JSON.stringify(new URL('../../src/migrations/index.ts', import.meta.url).href)})
export default migration({
  transaction: false,
  resumable: true,
  up: async ({ sql }) => {
    await sql\`create table if not exists rows (n integer)\`
    await sql\`insert into rows values (1)\`
    writeFileSync(new URL('begun', import.meta.url), '')
    for (let at = 0; !existsSync(new URL('go', import.meta.url)); at++) {
      if (at > 1000) throw new Error('nobody said that it may go on')
      await wait(20)
    }
    await sql\`insert into rows values (2)\`
  },
})`

const FILES = {
  '0001-slow.mjs': SLOW,
  '0002-steps.sql': '-- transaction: off\ncreate table steps (n integer);\ninsert into steps values (1);\n',
}

/** A process that is in the middle of the first file. */
async function begin(folder: MigrationFolder): Promise<ChildProcess> {
  const child = spawn(process.execPath, [CHILD, 'never', join(folder.path, 'test.db'), folder.path], {
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  await expect.poll(() => existsSync(join(folder.path, 'begun')), { timeout: 30_000 }).toBe(true)
  return child
}

function open(folder: MigrationFolder, runnerTimeoutMs = 60_000) {
  return openDatabase(sqlite(join(folder.path, 'test.db'), { busyTimeoutMs: 20 }), NO_TABLES, {
    migrations: { folder: folder.path, verify: false, runnerTimeoutMs },
  })
}

describe('a runner on SQLite', () => {
  it('waits for that of another process, and runs no file that it runs', async () => {
    using folder = migrationFolder(FILES)
    const child = await begin(folder)
    await using db = await open(folder)
    const waits: string[] = []
    const runs = await migrate(db, {
      onEvent: (event) => {
        if (event.kind !== 'waiting') return
        waits.push(event.by)
        folder.write({ go: '' })
      },
    })
    expect(runs).toEqual([])
    expect(waits).toEqual([expect.stringMatching(`^process ${child.pid} on .*, since 20`)])
    expect(await db.sql`select n from rows order by n`).toEqual([{ n: 1 }, { n: 2 }])
    expect(await db.sql`select n from steps`).toEqual([{ n: 1 }])
    expect((await migrationStatus(db)).applied).toHaveLength(2)
  }, 60_000)

  it('waits no longer than it may, and goes on when the other is killed', async () => {
    using folder = migrationFolder(FILES)
    const child = await begin(folder)
    await using db = await open(folder, 100)
    expect(await messageOf(migrate(db))).toMatch(
      new RegExp(
        `test\\.db: another runner is at work: process ${child.pid} on .*\\. It did not end within 100 ms\\. .* end that process`,
      ),
    )
    child.kill('SIGKILL')
    await once(child, 'exit')
    folder.write({ go: '' })
    expect(await migrate(db)).toHaveLength(2)
    expect(await db.sql`select n from rows order by n`).toEqual([{ n: 1 }, { n: 1 }, { n: 2 }])
  }, 60_000)

  it('waits for a process that writes, and says so', async () => {
    using folder = migrationFolder({ '0001-a.sql': 'create table a (id integer)' })
    await using db = await open(folder, 100)
    const writer = await sqlite(join(folder.path, 'test.db')).connect('writer', new AbortController().signal)
    await writer.run({ text: 'begin immediate', isRead: false }, [])
    expect(await messageOf(migrate(db))).toMatch(
      /test\.db: another process that writes to this file did not end within 100 ms/,
    )
    await writer.close()
    expect(await migrate(db)).toHaveLength(1)
  })
})
