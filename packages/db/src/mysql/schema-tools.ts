// What migrations need of MySQL and MariaDB; loaded when they are used.
import type { Dialect, SchemaTools } from '../adapter/index.ts'
import { describeMysql } from './describe-mysql.ts'
import { mysqlReading } from './reading-mysql.ts'
import { writeMysqlChanges } from './write-changes.ts'

/** The tools of MySQL and MariaDB. `dialectOf` is called when changes are written: which of both it is, the server has said by then. */
export function mysqlTools(dialectOf: () => Dialect): SchemaTools {
  return Object.freeze({
    describe: describeMysql,
    readingOf: mysqlReading,
    write: (changes, ends) => writeMysqlChanges(changes, ends, dialectOf()),
  } satisfies SchemaTools)
}
