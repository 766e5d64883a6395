// Drops whatever is in a database: for a reset in development.
import type { Dialect } from '../adapter/index.ts'
import type { RunnerConnection } from './runner-connection.ts'

/** Each gives `text`, a statement that drops one thing. What belongs to an extension stays. */
const POSTGRES = [
  postgresObjects('pg_class', 'relnamespace', "o.relkind in ('r', 'p', 'v', 'm', 'f', 'S')"),
  postgresObjects('pg_proc', 'pronamespace', 'true'),
  postgresObjects(
    'pg_type',
    'typnamespace',
    "(o.typtype in ('e', 'd', 'r') or exists (select from pg_class c where c.oid = o.typrelid and c.relkind = 'c'))",
  ),
  postgresObjects('pg_collation', 'collnamespace', 'true'),
] as const

/** What a catalogue has in the current schema. */
function postgresObjects(catalogue: string, schema: string, condition: string): string {
  return `select format('drop %s if exists %s cascade', i.type, i.identity) as text
    from ${catalogue} o, pg_identify_object('${catalogue}'::regclass, o.oid, 0) i
    where o.${schema} = current_schema()::regnamespace and ${condition}
    and not exists (select from pg_depend d where d.objid = o.oid and d.deptype in ('e', 'i'))`
}

const MYSQL = [
  "select concat('drop ', case table_type when 'VIEW' then 'view' when 'SEQUENCE' then 'sequence' else 'table' end, ' if exists `', replace(table_name, '`', '``'), '`') as text from information_schema.tables where table_schema = database()",
  "select concat('drop ', lower(routine_type), ' if exists `', replace(routine_name, '`', '``'), '`') as text from information_schema.routines where routine_schema = database()",
  "select concat('drop event if exists `', replace(event_name, '`', '``'), '`') as text from information_schema.events where event_schema = database()",
] as const

const SQLITE = [
  `select 'drop ' || type || ' if exists "' || replace(name, '"', '""') || '"' as text from sqlite_master where type in ('view', 'table') and name not like 'sqlite\\_%' escape '\\' order by type desc`,
] as const

function questionsOf(system: Dialect['system']): readonly string[] {
  if (system === 'postgresql') return POSTGRES
  return system === 'sqlite' ? SQLITE : MYSQL
}

/** Drops the tables, views, routines and types of a database: of PostgreSQL those of the current schema. */
export async function emptyDatabase(connection: RunnerConnection): Promise<void> {
  const { system } = connection.dialect
  const isMysql = system === 'mysql' || system === 'mariadb'
  // With foreign keys on SQLite would delete the rows that refer to a table first.
  if (system === 'sqlite') await connection.run('pragma foreign_keys = off')
  if (isMysql) await connection.run('set session foreign_key_checks = 0')
  for (const question of questionsOf(system)) {
    const { rows } = await connection.run(question)
    for (const { text } of rows) await connection.run(String(text))
  }
}
