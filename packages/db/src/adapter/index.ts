export type * from './change.ts'
export { answerWithin, type AnswerLimit } from './answer-within.ts'
export { closeWithin } from './close-within.ts'
export { columnCheck, type CheckWords } from './column-check.ts'
export { asAsked, BYTES, JSON_TEXT, NUMBER_TEXT, PLAIN, SAFE_NUMBER, ZERO_OR_ONE } from './column-codec.ts'
export { connectProblems } from './connect-problem.ts'
export type * from './contract.ts'
export { ageOf, datedName } from './dated-name.ts'
export { serverDatabases, type ServerAsk } from './server-databases.ts'
export { andThen } from './maybe.ts'
export { placeOf, remoteOf } from './database-url.ts'
export { columnDefault, type DefaultWords } from './default-text.ts'
export type * from './description.ts'
export { closedError, driverFailure, isSocketError } from './driver-failure.ts'
export { fileDatabases } from './file-databases.ts'
export { groupRows, rowText } from './group-rows.ts'
export { loadDriver } from './load-driver.ts'
export { cacheSize, POOL_OPTIONS, poolSettings, type PoolOptions } from './pool-options.ts'
export { quoteName, textLiteral } from './quote.ts'
export { databasesOf, withScratchDatabase } from './scratch-database.ts'
export {
  SERVER_OPTIONS,
  serverLogin,
  type ServerLogin,
  type ServerOptions,
  type ServerRules,
} from './server-options.ts'
export { StatementCache } from './statement-cache.ts'
export { stripParentheses } from './strip-parentheses.ts'
export { checkText, columnText, indexText, primaryText, referenceText, tableTexts } from './table-text.ts'
export { type TlsOptions } from './tls-options.ts'
export { wantedTable, writeBy } from './write-by.ts'
export { boundOf, checkedColumn, integerByBounds, withCheckedLimits } from './checked-limits.ts'
export type { CheckedColumn } from './read-check.ts'
