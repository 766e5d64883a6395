// Drops whatever is in a database, apart from what stays: for a reset in development.
import type { Dialect } from '../adapter/index.ts'
import type { RunnerConnection } from './runner-connection.ts'

/** Gives `name` and `is_table` of all that has rows, or the shape of some. */
const RELATIONS = {
  postgresql:
    "select relname as name, relkind in ('r', 'p', 'f') as is_table from pg_class where relnamespace = current_schema()::regnamespace and relkind in ('r', 'p', 'v', 'm', 'f', 'S')",
  mysql:
    "select table_name as name, table_type = 'BASE TABLE' as is_table from information_schema.tables where table_schema = database()",
  sqlite:
    "select name, type = 'table' as is_table from sqlite_master where type in ('view', 'table') and name not like 'sqlite\\_%' escape '\\'",
} as const

/**
 * What stays of PostgreSQL, by the JSON of names: these relations, and the sequences, types and functions that they are made with.
 * A `drop … cascade` of those would take columns and defaults along.
 */
const STAYS = `with recursive stays (class, object) as (
    select 'pg_class'::regclass::oid, oid from pg_class
    where relnamespace = current_schema()::regnamespace and relname in (select json_array_elements_text($1::json))
  union
    select next.class, next.object from stays s, lateral (
      select d.classid, d.objid from pg_depend d
      where d.refclassid = s.class and d.refobjid = s.object and d.deptype in ('a', 'i')
      and s.class = 'pg_class'::regclass
    union all
      select d.refclassid, d.refobjid from pg_depend d
      where d.classid = s.class and d.objid = s.object
      and (d.refclassid in ('pg_type'::regclass, 'pg_proc'::regclass, 'pg_collation'::regclass)
        or exists (select from pg_class c where d.refclassid = 'pg_class'::regclass and c.oid = d.refobjid and c.relkind in ('S', 'c')))
    ) next (class, object)
  )`

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

/** What a catalogue has in the current schema, apart from what stays. */
function postgresObjects(catalogue: string, schema: string, condition: string): string {
  return `${STAYS}
    select format('drop %s if exists %s cascade', i.type, i.identity) as text
    from ${catalogue} o, pg_identify_object('${catalogue}'::regclass, o.oid, 0) i
    where o.${schema} = current_schema()::regnamespace and ${condition}
    and not exists (select from stays where class = '${catalogue}'::regclass and object = o.oid)
    and not exists (select from pg_depend d where d.objid = o.oid and d.deptype in ('e', 'i'))`
}

/** By the JSON of the names that stay; `text` as above. */
const MYSQL = [
  "select concat('drop ', case table_type when 'VIEW' then 'view' when 'SEQUENCE' then 'sequence' else 'table' end, ' if exists `', replace(table_name, '`', '``'), '`') as text from information_schema.tables where table_schema = database() and not json_contains(?, json_quote(table_name))",
  "select concat('drop ', lower(routine_type), ' if exists `', replace(routine_name, '`', '``'), '`') as text from information_schema.routines where routine_schema = database() and not json_contains(?, json_quote(routine_name))",
  "select concat('drop event if exists `', replace(event_name, '`', '``'), '`') as text from information_schema.events where event_schema = database() and not json_contains(?, json_quote(event_name))",
] as const

const SQLITE = [
  `select 'drop ' || type || ' if exists "' || replace(name, '"', '""') || '"' as text from sqlite_master where type in ('view', 'table') and name not like 'sqlite\\_%' escape '\\' and name not in (select value from json_each(?)) order by type desc`,
] as const

function questionsOf(system: Dialect['system']): readonly string[] {
  if (system === 'postgresql') return POSTGRES
  return system === 'sqlite' ? SQLITE : MYSQL
}

/** What is dropped. */
export interface Emptying {
  /** Whether a table, or what is like one, stays. */
  readonly stays: (name: string) => boolean
  /** Drops what is not in the schema of the database. */
  readonly drops: readonly string[]
}

/** What has become of the tables, in the order of their names; our own, as the history, do not count. */
export interface EmptiedDatabase {
  readonly dropped: readonly string[]
  readonly kept: readonly string[]
}

/** Drops the tables, views, routines and types of a database: of PostgreSQL those of the current schema. */
export async function emptyDatabase(
  connection: RunnerConnection,
  { stays, drops }: Emptying,
): Promise<EmptiedDatabase> {
  const { system } = connection.dialect
  const isMysql = system === 'mysql' || system === 'mariadb'
  const { rows } = await connection.run(RELATIONS[isMysql ? 'mysql' : system])
  const relations = rows.map((row) => ({ name: String(row['name']), isTable: Boolean(row['is_table']) }))
  const kept = relations.filter(({ name }) => !isOwn(name) && stays(name))
  // With foreign keys on SQLite would delete the rows that refer to a table first.
  if (system === 'sqlite') await connection.run('pragma foreign_keys = off')
  if (isMysql) await connection.run('set session foreign_key_checks = 0')
  // A right that is missing stops it before anything is gone.
  for (const text of drops) await connection.runStatement(text)
  const names = JSON.stringify(kept.map(({ name }) => name))
  for (const question of questionsOf(system))
    for (const { text } of (await connection.run(question, [names])).rows)
      await connection.runStatement(String(text))
  const tablesIn = (all: typeof relations): string[] =>
    all.flatMap(({ name, isTable }) => (isTable && !isOwn(name) ? [name] : [])).sort()
  return { dropped: tablesIn(relations.filter((one) => !kept.includes(one))), kept: tablesIn(kept) }
}

function isOwn(name: string): boolean {
  return name.startsWith('keelson_')
}
