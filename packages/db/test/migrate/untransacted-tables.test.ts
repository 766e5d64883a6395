// MariaDB: the connection is lost while rows are written, and no rollback takes them back where the engine has none.
import { expect, it } from 'vitest'
import { openDatabase } from '../../src/index.ts'
import { migrate } from '../../src/migrations/index.ts'
import { mysql } from '../../src/mysql/index.ts'
import { openNetwork } from '../faulty-network.ts'
import { findMariadb, makeMariadb } from '../servers.ts'
import { messageOf, migrationFolder, NO_TABLES } from './migration-folder.ts'

const { url, reason } = await findMariadb()

const UNKNOWN = /statement \d of \d was begun, and whether it is done is not known/

it.skipIf(url === undefined).for([
  ['MyISAM', 'create table log (id int) engine = MyISAM', UNKNOWN],
  [
    'MyISAM, by a view',
    'create table logs (id int) engine = MyISAM;\ncreate view log as select id from logs',
    UNKNOWN,
  ],
  [
    'MyISAM, by a trigger',
    'create table logs (id int) engine = MyISAM;\ncreate table log (id int);\ncreate trigger t after insert on log for each row insert into logs values (new.id)',
    UNKNOWN,
  ],
  ['InnoDB', 'create table log (id int)', /^nothing was thrown/],
] as const)(`rows of %s are written once ${reason}`, async ([, tables, said]) => {
  const made = await makeMariadb(url!)
  try {
    const direct = new URL(made.url)
    await using network = await openNetwork(Number(direct.port))
    direct.port = String(network.port)
    using folder = migrationFolder({ '0001-log.sql': `${tables};\ninsert into log values (71);\n` })
    await using cut = await openDatabase(mysql(direct.href), NO_TABLES)
    network.fault = { kind: 'cut', at: /values \(71\)/, isSent: true }
    await messageOf(migrate(cut, { folder: folder.path }))
    await using db = await openDatabase(mysql(made.url), NO_TABLES)
    const message = await messageOf(migrate(db, { folder: folder.path }))
    expect(message).toMatch(said)
    expect(await db.sql`select id from log`).toEqual([{ id: 71 }])
  } finally {
    await made.drop()
  }
})
