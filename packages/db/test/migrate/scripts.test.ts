// Migrations that are code, which run in the transaction of their file.
import { describe, expect, it } from 'vitest'
import { migrate, migrationStatus, rollback, type MigrationEvent } from '../../src/migrations/index.ts'
import { messageOf, SYSTEMS, withDatabase } from './migration-folder.ts'

const HEAD = `const { migration } = await import(${JSON.stringify(new URL('../../src/migrations/index.ts', import.meta.url).href)})\n`
const script = (up: string, more = ''): string =>
  `${HEAD}export default migration({ up: async (db: any) => {\n${up}\n}, ${more} })\n`

describe.each(SYSTEMS)('a migration of TypeScript on %s', (name, make) => {
  const isWhole = name !== 'MariaDB'

  it(
    'reads and writes by sql, forward and back',
    withDatabase(make, async ({ db, folder }) => {
      folder.write({
        '0001-a.sql':
          'create table a (id integer primary key, slug varchar(20));\ninsert into a (id) values (1), (2)',
        '0002-fill.ts': script(
          `const rows = await db.sql\`select id from a order by id\`
           await Promise.all(rows.map(({ id }: { id: number }) => db.sql\`update a set slug = \${'s' + id} where id = \${id}\`))`,
          'down: async ({ sql }: any) => { await sql`update a set slug = null` }',
        ),
      })
      await migrate(db, { folder: folder.path })
      expect(await db.sql`select slug from a order by id`).toEqual([{ slug: 's1' }, { slug: 's2' }])
      await rollback(db, { folder: folder.path })
      expect(await db.sql`select slug from a order by id`).toEqual([{ slug: null }, { slug: null }])
    }),
  )

  it(
    'that throws leaves nothing, or says what is to be found out',
    withDatabase(make, async ({ db, folder, tables }) => {
      folder.write({
        '0001-a.ts': script("await db.sql`create table a (id integer)`\nthrow new Error('too late')"),
      })
      const options = { folder: folder.path }
      const message = await messageOf(migrate(db, options))
      expect(message).toMatch(/0001-a\.ts(?::\d+:\d+)?: too late\./)
      expect(message).toMatch(
        isWhole ? /Nothing of the file is done/ : /Statements before it are done, and stay/,
      )
      expect(await tables()).toEqual(isWhole ? [] : ['a'])
      folder.write({ '0001-a.ts': script('await db.sql`create table b (id integer)`') })
      expect(await messageOf(migrate(db, options))).toMatch(
        isWhole
          ? /nothing was thrown/
          : /the function was begun, and ended in the middle.*--resume-after 1,.*--resume-after 0/,
      )
      await migrate(db, isWhole ? options : { ...options, resumeAfter: 0 })
      expect((await migrationStatus(db, options)).applied).toHaveLength(1)
    }),
  )

  it(
    'that is resumable goes on where it ended in the middle, and nobody is asked',
    withDatabase(make, async ({ db, folder }) => {
      const rows = Array.from({ length: 5 }, (_, at) => `(${at})`)
      folder.write({
        '0001-a.sql': `create table a (id integer primary key, slug varchar(20));\ninsert into a (id) values ${rows.join()}`,
        '0002-fill.ts': script(
          `for (let at = 0; ; at++) {
             const changed = await db.sql.affected\`update a set slug = 'done' where id = \${at} and slug is null\`
             if (changed === 0) break
             if (at === 2) throw new Error('too late')
           }`,
          'transaction: false, resumable: true',
        ),
      })
      const options = { folder: folder.path }
      expect(await messageOf(migrate(db, options))).toMatch(
        /0002-fill\.ts(?::\d+:\d+)?: too late\. What it has done before stays\. Run keelson db migrate again: it goes on\./,
      )
      expect(await db.sql`select id from a where slug is null`).toHaveLength(2)
      folder.write({
        '0002-fill.ts': script(
          "await db.sql`update a set slug = 'done' where slug is null`",
          'transaction: false, resumable: true',
        ),
      })
      expect(await migrate(db, options)).toHaveLength(1)
      expect(await db.sql`select id from a where slug is null`).toEqual([])
    }),
  )

  it(
    'is refused for what would escape its transaction',
    withDatabase(make, async ({ db, folder }) => {
      const fails = async (text: string): Promise<string> => {
        folder.write({ '0001-a.ts': text })
        return messageOf(migrate(db, { folder: folder.path }))
      }
      expect(await fails(script('await db.sql`commit`'))).toMatch(/0001-a\.ts.*'commit' is refused/)
      expect(await fails(script('void db.sql`select 1`'))).toMatch(/begun and not awaited/)
      expect(await fails(script('await db.sql`select * from nowhere`.catch(() => 0)\nreturn'))).toMatch(
        isWhole ? /nowhere/ : /nothing was thrown/,
      )
    }),
  )

  it(
    'whose way back fails in the middle says how that goes on',
    withDatabase(make, async ({ db, folder }) => {
      const back =
        "transaction: false, down: async ({ sql }: any) => { await sql`drop table a`; throw new Error('too late') }"
      folder.write({ '0001-a.ts': script('await db.sql`create table a (id integer)`', back) })
      const options = { folder: folder.path }
      await migrate(db, options)
      expect(await messageOf(rollback(db, options))).toMatch(
        /too late.*run keelson db rollback --resume-after 1, or take back .* run keelson db rollback --resume-after 0\./,
      )
      expect(await messageOf(rollback(db, options))).toMatch(
        /ended in the middle.*keelson db rollback --resume-after 1/,
      )
      await rollback(db, { ...options, resumeAfter: 1 })
      expect((await migrationStatus(db, options)).pending).toEqual(['0001-a.ts'])
    }),
  )

  it(
    'is refused where it is none, or cannot be loaded',
    withDatabase(make, async ({ db, folder }) => {
      const fails = async (text: string): Promise<string> => {
        folder.write({ '0001-a.ts': text })
        return messageOf(migrate(db, { folder: folder.path }))
      }
      expect(await fails('export const up = 1')).toMatch(
        /0001-a\.ts: the file does not export a migration\. Write export default/,
      )
      expect(await fails("throw new Error('no config')")).toMatch(
        /0001-a\.ts: the file cannot be imported: no config\.$/,
      )
      expect(await fails("import './nowhere.mjs'")).toMatch(
        /0001-a\.ts: the file cannot be imported: (?!.*Node strips).*nowhere/,
      )
      expect(await fails('export default {')).toMatch(/0001-a\.ts: the file cannot be imported/)
      expect(await fails(`${HEAD}export default migration({ up: 1 })`)).toMatch(/0001-a\.ts.*migration/)
      expect(await fails(script('', 'resumable: true'))).toMatch(
        /0001-a\.ts.*It is resumable, and a transaction.*Write transaction: false/,
      )
    }),
  )
})

describe('a migration of TypeScript that is resumable', () => {
  const on = SYSTEMS.find(([name]) => name === 'PostgreSQL')![1]

  it(
    'begins anew where it met a transaction of others',
    withDatabase(on, async ({ db, folder }) => {
      folder.write({
        '0001-a.sql':
          "create table a (id integer);\ncreate function meet() returns void language plpgsql as $$ begin raise 'in the way' using errcode = '40P01'; end $$",
        '0002-fill.ts': `let attempt = 0\n${script(
          `await db.sql\`insert into a values (\${attempt})\`
           if (attempt++ === 0) await db.sql\`select meet()\``,
          'transaction: false, resumable: true',
        )}`,
      })
      const events: MigrationEvent[] = []
      await migrate(db, { folder: folder.path, onEvent: (event) => events.push(event) })
      expect(events.map(({ kind }) => kind)).toEqual(['begun', 'done', 'begun', 'retrying', 'done'])
      expect(await db.sql`select id from a order by id`).toEqual([{ id: 0 }, { id: 1 }])
    }),
  )
})
