export { closeWithin } from './close-within.ts'
export { columnCheck, type CheckWords } from './column-check.ts'
export {
  asAsked,
  BYTES,
  JSON_TEXT,
  NUMBER_TEXT,
  PLAIN,
  SAFE_NUMBER,
  toBase64Url,
  ZERO_OR_ONE,
} from './column-codec.ts'
export { connectProblems } from './connect-problem.ts'
export type * from './contract.ts'
export { parseDatabaseUrl, placeOf, problem, type ServerAddress, type UrlRules } from './database-url.ts'
export { closedError, driverFailure, isSocketError } from './driver-failure.ts'
export { loadDriver } from './load-driver.ts'
export { cacheSize, POOL_OPTIONS, poolSettings, type PoolOptions } from './pool-options.ts'
export { quoteName, textLiteral } from './quote.ts'
export { SERVER_OPTIONS, serverLogin, type ServerLogin, type ServerOptions } from './server-options.ts'
export { StatementCache } from './statement-cache.ts'
export { TLS_OPTION, type TlsOptions } from './tls-options.ts'
