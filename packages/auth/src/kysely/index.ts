export type { SqlNode, ToWhereOptions, WhereBuilder, WhereDialect, WhereExpression } from './contract.ts'
export { toWhere } from './to-where.ts'
