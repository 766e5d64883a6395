export { createKysely, type DatabaseKysely, type KyselyTables } from './db-kysely.ts'
export type { OptionalNames, QueryParameters } from './prepared-query.ts'
export { createSql, type DatabaseSql, type UnknownRow } from './db-sql.ts'
export { sql, SqlFragment, type SqlBuilder, type SqlInput, type SqlPart, type SqlScalar } from './fragment.ts'
export type { ConditionPart, WhereOptions, WhereTable } from './condition-part.ts'
export type { SqlProperty, SqlTable } from './sql-table.ts'
export { commitsBefore } from './inspect-text.ts'
export { TextRunner } from './run-text.ts'
export {
  splitStatements,
  type SplitText,
  type WrittenComment,
  type WrittenStatement,
} from './split-statements.ts'
export { pieceAt, type Token, tokensOf } from './tokens.ts'
