// The file `checksums`: what commands write into it, and what is found by it without a database.
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createHash } from 'node:crypto'
import { token, type AppMode } from '@keelson/core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { database, type Database } from '../../src/index.ts'
import { sqlite } from '../../src/sqlite/index.ts'
import { migrationFolder, NO_TABLES, type MigrationFolder } from './migration-folder.ts'
import { runCommand, type Ended } from './run-command.ts'

const tableOf = (name: string): string => `create table ${name} (id integer);\n-- down\ndrop table ${name};\n`
const lineOf = (file: string, text: string): string =>
  `${createHash('sha256').update(text).digest('hex')}  ${file}\n`
const FILES = { '0001-a.sql': tableOf('a'), '0002-b.sql': tableOf('b') }
const LINES = Object.entries(FILES).map(([file, text]) => lineOf(file, text))

let place: string
let folder: MigrationFolder
beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), 'keelson-shop-'))
  folder = migrationFolder(FILES, place)
})
afterEach(() => rmSync(place, { recursive: true }))

/** Runs a command for a database of this name: another one has applied nothing. */
function run(
  name: string,
  args: Record<string, unknown> = {},
  { mode = 'test', of = 'shop', at = folder.path }: { mode?: AppMode; of?: string; at?: string } = {},
): Promise<Ended> {
  const migrations = { folder: at, ignore: ['*'] }
  const adapter = sqlite(join(place, `${of}.db`))
  const one = database(token<Database<typeof NO_TABLES>>('shop'), adapter, NO_TABLES, { migrations })
  return runCommand([one], name, args, mode)
}

const noted = (): string => folder.read('checksums')

describe('checksums', () => {
  it('are noted of what is applied, and read as sha256sum reads them', async () => {
    expect((await run('db migrate')).code).toBe(0)
    expect(noted()).toBe(LINES.join(''))
    expect((await run('db check')).code).toBe(0)
    folder.write({ '0003-c.ts': 'export default 1' })
    expect((await run('db migrate')).code).not.toBe(0)
    // It has failed, so that its text is not yet that of a database.
    expect(noted()).toBe(LINES.join(''))
  })

  it('are those of the texts that ran, and not of what is in the folder afterwards', async () => {
    const migrations = JSON.stringify(new URL('../../src/migrations/index.ts', import.meta.url).href)
    const path = JSON.stringify(join(folder.path, '0002-b.sql'))
    const text = `const { writeFileSync } = await import('node:fs')
const { migration } = await import(${migrations})
export default migration({ up: async () => writeFileSync(${path}, 'create table other (id integer);') })\n`
    folder.write({ '0003-c.mjs': text })
    expect((await run('db migrate')).code).toBe(0)
    expect(noted()).toBe([...LINES, lineOf('0003-c.mjs', text)].join(''))
    expect((await run('db check')).err).toContain('0002-b.sql: It was altered')
  })

  it('are noted of the files before one that fails, and go for those that were taken back before one that fails', async () => {
    folder.write({ '0003-c.sql': 'create table a (id integer);' })
    expect((await run('db migrate')).code).not.toBe(0)
    expect(noted()).toBe(LINES.join(''))
    folder.write({ '0003-c.sql': 'create table c (id integer);\n-- down\ndrop table c;\ndrop table b;' })
    await run('db migrate')
    expect((await run('db rollback', { steps: 2 })).err).toContain('0002-b.sql')
    expect(noted()).toBe(LINES.join(''))
  })

  it('are noted of what a reset applies', async () => {
    expect((await run('db reset')).code).toBe(0)
    expect(noted()).toBe(LINES.join(''))
  })

  it('go with a file that is taken back, which may then be changed; in production they stay', async () => {
    await run('db migrate')
    await run('db rollback', { inProduction: true }, { mode: 'production' })
    expect(noted()).toBe(LINES.join(''))
    await run('db migrate')
    await run('db rollback')
    expect(noted()).toBe(LINES[0])
    folder.write({ '0002-b.sql': tableOf('better') })
    expect((await run('db migrate')).code).toBe(0)
    expect(noted()).toBe(`${LINES[0]}${lineOf('0002-b.sql', tableOf('better'))}`)
  })

  it('are asked for where there is none, and noted by db check --write', async () => {
    const checked = await run('db check')
    expect([checked.code, checked.err]).toEqual([
      1,
      expect.stringMatching(
        /0001-a\.sql: It is not in checksums.*db check --write.*\n.*0002-b\.sql: It is not in checksums/,
      ),
    ])
    expect(existsSync(join(folder.path, 'checksums'))).toBe(false)
    expect(await run('db check', { write: true })).toEqual({
      code: 0,
      out: 'noted     0001-a.sql\nnoted     0002-b.sql\nThe migrations make the tables.\n',
      err: '',
    })
    expect(noted()).toBe(LINES.join(''))
  })

  it('refuse a file that is altered, for a database that has applied nothing too', async () => {
    await run('db migrate')
    folder.write({ '0001-a.sql': tableOf('other') })
    for (const name of ['db check', 'db migrate', 'db reset', 'db status']) {
      const { code, err } = await run(name, { write: true }, { of: 'another' })
      expect([name, code, err]).toEqual([
        name,
        1,
        expect.stringMatching(
          /0001-a\.sql: It was altered: .*Bring back its text.*delete its line in checksums/,
        ),
      ])
    }
    // What is noted is changed by nobody but a person.
    expect(noted()).toBe(LINES.join(''))
    folder.write({ checksums: LINES[1]! })
    expect((await run('db reset')).code).toBe(0)
    expect(noted()).toBe(`${lineOf('0001-a.sql', tableOf('other'))}${LINES[1]}`)
  })

  it('see no other text in other line ends and a byte order mark, also of their own', async () => {
    await run('db migrate')
    folder.write({
      '0001-a.sql': `\u{FEFF}${tableOf('a').replaceAll('\n', '\r\n')}`,
      checksums: LINES.join('').replaceAll('\n', '\r\n'),
    })
    expect(await run('db check')).toMatchObject({ code: 0, err: '' })
    folder.write({ '0003-c.sql': tableOf('c') })
    expect((await run('db migrate')).code).toBe(0)
    expect(noted()).toBe(`${LINES.join('')}${lineOf('0003-c.sql', tableOf('c'))}`)
  })

  it('refuse a file that is missing or has another name', async () => {
    await run('db migrate')
    folder.remove('0002-b.sql')
    expect((await run('db check')).err).toMatch(
      /0002-b\.sql: It is in checksums, and missing\. Bring it back/,
    )
    folder.write({ '0002-better.sql': FILES['0002-b.sql'] })
    expect((await run('db check')).err).toMatch(
      /0002-b\.sql: It is now called 0002-better\.sql, .*Give it its old name again/,
    )
  })

  it('refuse lines that nobody has written', async () => {
    await run('db migrate')
    folder.write({ checksums: `${LINES.join('')}0003-c.sql\n` })
    expect((await run('db check')).err).toContain("checksums:3: '0003-c.sql' is not a checksum")
    folder.write({ checksums: `${LINES.join('')}${lineOf('0001-a.sql', 'other')}` })
    expect((await run('db check')).err).toContain('checksums:3: 0001-a.sql has another checksum above')
    rmSync(join(folder.path, 'checksums'))
    execFileSync('mkdir', [join(folder.path, 'checksums')])
    expect((await run('db check')).err).toContain('checksums: It is a folder. Move it')
    const migrated = await run('db migrate', {}, { of: 'another' })
    expect([migrated.code, migrated.err]).toEqual([1, expect.stringContaining('It is a folder')])
  })
})

describe('two branches', () => {
  const git = (...args: string[]): string =>
    execFileSync('git', ['-C', folder.path, '-c', 'user.name=a', '-c', 'user.email=a@localhost', ...args], {
      encoding: 'utf8',
      env: { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' },
      stdio: ['ignore', 'pipe', 'ignore'],
    })
  const commit = (): void => {
    git('add', '-A')
    git('commit', '-qm', 'more')
  }
  const addFile = async (name: string, of: string): Promise<void> => {
    folder.write({ [`0003-${name}.sql`]: tableOf(name) })
    await run('db migrate', {}, { of })
    commit()
  }

  /** Two branches of a repository, each with a file that its developer has applied. */
  const branch = async (): Promise<void> => {
    await run('db migrate', {}, { of: 'one' })
    await run('db migrate', {}, { of: 'two' })
    git('init', '-qb', 'main')
    commit()
    git('switch', '-qc', 'two')
    await addFile('notes', 'two')
    git('switch', '-q', 'main')
    await addFile('prices', 'one')
  }

  it('that add files meet in a conflict, which the check names', async () => {
    await branch()
    expect(() => git('merge', '-q', '--no-edit', 'two')).toThrow('Command failed')
    expect((await run('db check')).err).toMatch(
      /checksums:3: Two branches have added files\. Keep the lines of both/,
    )
  })

  it('that are merged by union have two files of one number, and the check leads to one order', async () => {
    folder.write({ '.gitattributes': 'checksums merge=union\n' })
    await branch()
    git('merge', '-q', '--no-edit', 'two')
    const two = await run('db check')
    expect([two.code, two.err]).toEqual([
      1,
      expect.stringMatching(/0003-prices\.sql: It has the number of 0003-notes\.sql\..*the number 0004/),
    ])

    git('mv', '0003-notes.sql', '0004-notes.sql')
    const renamed = await run('db check')
    expect([renamed.code, renamed.err]).toEqual([
      1,
      expect.stringMatching(/0003-notes\.sql: It is now called 0004-notes\.sql.*delete its line/),
    ])
    folder.write({ checksums: noted().replace(/.*0003-notes\.sql\n/, '') })
    expect((await run('db migrate', {}, { of: 'one' })).code).toBe(0)
    expect(await run('db check')).toMatchObject({ code: 0, err: '' })
    const lines = [lineOf('0003-prices.sql', tableOf('prices')), lineOf('0004-notes.sql', tableOf('notes'))]
    expect(noted()).toBe([...LINES, ...lines].join(''))
  })
})
