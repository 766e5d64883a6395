// What a file leaves open is in a comparison what it is where the file runs: on MySQL and MariaDB the collation of the app's database.
import { token } from '@keelson/core'
import { expect, it } from 'vitest'
import { mysql } from '../../src/mysql/index.ts'
import { database, defineTables, integer, table, text, type Database } from '../../src/index.ts'
import { askMariadb, findMariadb } from '../servers.ts'
import { migrationFolder } from './migration-folder.ts'
import { runCommand, type Ended } from './run-command.ts'

const tables = defineTables({
  people: table('people', { id: integer().primary(), name: text({ maxLength: 20 }).unique() }),
})
const FILE = `create table people (id int primary key, name varchar(20) not null,
  constraint people_name_key unique (name), constraint people_name_check check (char_length(name) <= 20)) engine=InnoDB;`

const { url, reason } = await findMariadb()

/** Compares the file with the tables, for an app whose database may not be there. */
async function check(name: string): Promise<Ended> {
  using folder = migrationFolder()
  folder.write({ '0001-people.sql': FILE })
  const migrations = { folder: folder.path }
  const adapter = mysql(`${url}/${name}`)
  return await runCommand(
    [database(token<Database<typeof tables>>('shop'), adapter, tables, { migrations })],
    'db check',
  )
}

it.skipIf(url === undefined)(
  `a file that says no collation is compared with that of the app's database ${reason}`,
  async () => {
    const name = 'keelson_test_own_collation'
    await askMariadb(url!, `create or replace database ${name} collate utf8mb4_general_ci`)
    try {
      const { code, out, err } = await check(name)
      expect(code).toBe(1)
      expect(out + err).toMatch(
        /people\.name becomes varchar\(20\) character set utf8mb4 collate utf8mb4_nopad_bin .*from .*utf8mb4_general_ci/,
      )
      await askMariadb(url!, `alter database ${name} collate utf8mb4_nopad_bin`)
      expect((await check(name)).out + (await check(name)).err).not.toContain('people.name')
    } finally {
      await askMariadb(url!, `drop database ${name}`)
    }
  },
)

it.skipIf(url === undefined)(
  `a file that says no collation is compared with that of the server where the app has no database yet ${reason}`,
  async () => {
    const [row] = (await askMariadb(url!, 'select @@collation_server as name')) as { name: string }[]
    expect((await check('keelson_test_not_there')).err).toContain(row!.name)
  },
)
