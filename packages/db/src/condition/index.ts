export { conditionSql, joined } from './condition-sql.ts'
export {
  aliasedTable,
  encodeValue,
  Parameters,
  sqlColumnOf,
  type Place,
  type SqlColumn,
} from './condition-table.ts'
export { inList } from './in-list.ts'
export { whereReaderOf, type WhereReader } from './where.ts'
