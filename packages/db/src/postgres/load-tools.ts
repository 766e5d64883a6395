import type { Dialect, SchemaTools } from '../adapter/index.ts'

/** Loads what migrations need, which an application that only runs does not. */
export async function loadPostgresTools(dialect: Dialect): Promise<SchemaTools> {
  return (await import('./schema-tools.ts')).postgresTools(dialect)
}
