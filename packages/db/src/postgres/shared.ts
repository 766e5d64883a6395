// What PGlite, which is PostgreSQL within the process, shares with it.
export { loadPostgresTools } from './load-tools.ts'
export { PostgresConnection } from './postgres-connection.ts'
export { postgresDialect } from './postgres-dialect.ts'
export { postgresFailure } from './postgres-failure.ts'
export type { Wire, WireClient, WireField, WireTask } from './wire.ts'
