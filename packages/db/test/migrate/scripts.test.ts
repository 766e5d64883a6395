// Migrations that are code, which run in the transaction of their file.
import { describe, expect, it } from 'vitest'
import { migrate, migrationStatus, rollback } from '../../src/migrations/index.ts'
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
        /0001-a\.ts: the file cannot be imported: no config/,
      )
      expect(await fails('export default {')).toMatch(/0001-a\.ts: the file cannot be imported/)
      expect(await fails(`${HEAD}export default migration({ up: 1 })`)).toMatch(/0001-a\.ts.*migration/)
    }),
  )
})
