// Seeds: files that fill tables, and change nothing when they run again.
import { t } from '@keelson/core'
import { describe, expect, it } from 'vitest'
import {
  bigint,
  boolean,
  createTables,
  decimal,
  defineTables,
  integer,
  json,
  openDatabase,
  runSeeds,
  seed,
  table,
  text,
  timestamp,
  uuid,
  version,
  type OwnedDatabase,
} from '../../src/index.ts'
import { sqlite } from '../../src/sqlite/index.ts'
import { openingDatabase } from '../opened-systems.ts'
import { messageOf, migrationFolder, SYSTEMS, type Files } from '../migrate/migration-folder.ts'

const Users = table(
  'users',
  {
    id: uuid().primary(),
    email: text({ maxLength: 100, caseInsensitive: true }).unique(),
    title: text().default('none'),
    total: decimal(12, 2),
    views: bigint({ as: BigInt }).default(0n),
    born: timestamp({ as: Date }).nullable(),
    about: json(t.Object({ tags: t.Array(t.String()) })),
    version: version(),
    changedAt: timestamp().now({ onUpdate: true }),
    deletedAt: timestamp().nullable().hidden(),
  },
  { softDelete: 'deletedAt' },
)
const Members = table('members', {
  userId: uuid().references('users').primary(),
  room: integer().primary(),
  isAdmin: boolean().default(false),
})
const tables = defineTables({ users: Users, members: Members })
type Opened = OwnedDatabase<typeof tables>

const HEAD = `const { seed } = await import(${JSON.stringify(new URL('../../src/index.ts', import.meta.url).href)})\n`
const script = (work: string): string =>
  `${HEAD}export default seed({}, async ({ db, put }: any) => {\n${work}\n})\n`

const ANA = '0190a1b2-c3d4-7e5f-8a6b-7c8d9e0f1a00'
const users = (title: string): string =>
  script(`const [ana, bo] = await put('users', [
    { id: '${ANA.toUpperCase()}', email: 'ana@example.org', title: '${title}', total: '1.5', views: 7n, born: new Date(0), about: { tags: ['a'] } },
    { email: 'Bo@example.org', total: '2', about: { tags: [] } },
  ].slice(0, 1))
  const [known] = await put('users', [{ email: 'Bo@example.org', total: '2', about: { tags: [] } }], { on: ['email'] })
  await put('members', [{ userId: ana.id, room: 1, isAdmin: true }, { userId: known.id, room: 1 }])`)

describe.each(SYSTEMS)('seeds on %s', (_name, make) => {
  const on = openingDatabase(make, tables)

  it(
    'put rows by their keys: new ones, those that have changed, and nothing the second time',
    on(async (db) => {
      using folder = migrationFolder({ 'users.ts': users('first') })
      const run = async (): Promise<unknown> => {
        const runs = await runSeeds(db, { folder: folder.path })
        return runs.map(({ durationMs: _, ...rest }) => rest)
      }
      expect(await run()).toEqual([{ file: 'users.ts', inserted: 4, updated: 0, unchanged: 0 }])
      const before = await all(db)
      expect(await run()).toEqual([{ file: 'users.ts', inserted: 0, updated: 0, unchanged: 4 }])
      expect(await all(db)).toEqual(before)

      folder.write({ 'users.ts': users('second') })
      expect(await run()).toEqual([{ file: 'users.ts', inserted: 0, updated: 1, unchanged: 3 }])
      expect(await db.users.byId(ANA)).toMatchObject({ title: 'second', version: 2, total: '1.50' })

      const bo = await db.users.first({ where: { email: 'bo@EXAMPLE.org' } })
      await db.users.update(bo!, { title: 'by hand' })
      await db.users.delete(ANA)
      expect(await run()).toEqual([{ file: 'users.ts', inserted: 0, updated: 1, unchanged: 3 }])
      expect(await db.users.byId(ANA)).toMatchObject({ title: 'second', deletedAt: null })
      expect(await db.users.byId(bo!.id)).toMatchObject({ title: 'by hand' })
    }),
  )

  it(
    'are one transaction each: one that fails leaves nothing of itself, and those before it',
    on(async (db) => {
      const row = (room: number): string => `put('members', [{ userId: '${ANA}', room: ${room} }])`
      using folder = migrationFolder({
        'users.ts': users('first'),
        '2-a.ts':
          script(`await db.users.upsert({ id: '${ANA}', email: 'ana@example.org', total: '1', about: { tags: [] } }, { on: ['id'] })
          await ${row(22)}`),
        '10-b.ts': script(`await ${row(23)}\nthrow new Error('too late')`),
      })
      const message = await messageOf(runSeeds(db, { folder: folder.path }))
      expect(message).toBe(
        `${folder.path}/10-b.ts: too late. Nothing of this seed is done; those before it are.`,
      )
      expect(await db.members.find({ where: { userId: ANA, room: 22 } })).toHaveLength(1)
      expect(await db.members.find({ where: { userId: ANA, room: 23 } })).toHaveLength(0)
    }),
  )
})

describe.each(SYSTEMS)('a key that rows of a seed violate, on %s,', (_name, make) => {
  const on = openingDatabase(make, tables)
  const messageOn = async (db: Opened, work: string): Promise<string> => {
    using folder = migrationFolder({ 'a.ts': script(work) })
    return (await messageOf(runSeeds(db, { folder: folder.path }))).replaceAll(folder.path, '…')
  }

  it(
    'is told with the row, and the one that it lacks',
    on(async (db) => {
      const rowOf = (user: string): string => `{ userId: '${user}', room: 1 }`
      const other = '0190a1b2-c3d4-7e5f-8a6b-7c8d9e0f1a01'
      expect(await messageOn(db, `await put('members', [${rowOf(ANA)}])`)).toBe(
        `…/a.ts: put('members', …): row 1 (userId: "${ANA}") refers to a row of 'users' that is not there. Put that one before it, in this seed or in one whose name comes before. Nothing of this seed is done; those before it are.`,
      )
      expect(await messageOn(db, `await put('members', [${rowOf(ANA)}, ${rowOf(other)}])`)).toContain(
        `one of row 1 (userId: "${ANA}"), row 2 (userId: "${other}") refers to`,
      )
    }),
  )

  it(
    'is told with its columns where it is taken',
    on(async (db) => {
      const rowOf = (id: string): string =>
        `{ id: '${id}', email: 'ana@example.org', total: '1', about: { tags: [] } }`
      const message = await messageOn(
        db,
        `await put('users', [${rowOf(ANA)}]); await put('users', [${rowOf(ANA.replace('00', '01'))}])`,
      )
      expect(message).toContain(
        "put('users', …): a row has the email of another one that is there. Give it its own, or find rows by that key: { on: ['email'] }.",
      )
    }),
  )
})

async function all(db: Opened): Promise<unknown> {
  return [
    await db.users.find({ orderBy: { email: 'asc' } }),
    await db.members.find({ orderBy: { userId: 'asc' } }),
  ]
}

describe('files of seeds', () => {
  async function failing(files: Files, names?: readonly string[]): Promise<string> {
    await using db = await openDatabase(sqlite(':memory:'), tables)
    await createTables(db)
    using folder = migrationFolder(files)
    return (await messageOf(runSeeds(db, { folder: folder.path, names }))).replaceAll(folder.path, '…')
  }

  it('are those that were named, in the order of their names', async () => {
    await using db = await openDatabase(sqlite(':memory:'), tables)
    const nothing = script('')
    using folder = migrationFolder({
      '10-c.ts': nothing,
      '9-b.mjs': nothing.replace(': any', ''),
      'types.d.ts': '',
      'README.md': '',
    })
    const filesOf = async (names?: readonly string[]): Promise<readonly string[]> =>
      (await runSeeds(db, { folder: folder.path, names })).map(({ file }) => file)
    expect(await filesOf()).toEqual(['9-b.mjs', '10-c.ts'])
    expect(await filesOf(['10-c.ts', '9-b'])).toEqual(['9-b.mjs', '10-c.ts'])
    expect(await messageOf(filesOf(['d']))).toBe('d: there is no such seed. Name one of: 9-b.mjs, 10-c.ts.')
  })

  it('are refused before any runs, with what to do', async () => {
    const good = script(`await put('members', [])\nthrow new Error('it ran')`)
    expect(await failing({ 'a.ts': good, 'b.ts': 'export default 1' })).toMatch(
      /^…\/b\.ts: the file does not export a seed\. Write export default seed\(tables, /,
    )
    expect(await failing({ 'a.ts': good, 'b.ts': 'throw new Error("no")' })).toMatch(
      /^…\/b\.ts: the file cannot be imported: no\.$/,
    )
    expect(await failing({ 'a.ts': good, 'b.sql': 'select 1' })).toMatch(
      /^…\/b\.sql: this file is not a seed/,
    )
    await using db = await openDatabase(sqlite(':memory:'), tables)
    expect(await messageOf(runSeeds(db, { folder: '/nowhere' }))).toMatch(
      /^\/nowhere: there is no such folder/,
    )
    expect(await messageOf(runSeeds(db, {} as never))).toContain('folder')
    expect(() => seed(tables, 1 as never)).toThrow(/work/)
  })

  it.each([
    [
      "await put('user', [])",
      /put\('user', …\): the database has no such table\. Name one of its tables: users, members\./,
    ],
    ["await put('users', {})", /takes a list of rows/],
    ["await put('users', [{ email: 'a' }])", /row 1 does not say 'id', by which it would be found again/],
    [
      "await put('users', [{ email: 'a' }], { on: ['title'] })",
      /needs the columns of a unique key as on: id, or email\./,
    ],
    [
      "await put('users', [{ email: 'a' }, { email: 'b' }, { email: 'A' }], { on: ['email'] })",
      /row 3 has the key of row 1/,
    ],
    ["await put('users', [{ email: 7 }], { on: ['email'] })", /'email' must be a text/],
  ])('say what is wrong with %s', async (work, expected) => {
    expect(await failing({ 'a.ts': script(work) })).toMatch(expected)
  })
})
