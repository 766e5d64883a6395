// What is asked of the catalogue: one statement for the whole database each. Names are said with `as`: MySQL gives others in capitals.

/** Our tables: those of the current database, but for the framework's own. */
function ofOurs(prefix = ''): string {
  return `${prefix}table_schema = database() and left(${prefix}table_name, 8) <> 'keelson_'`
}

/** Tables, views and sequences. */
export const TABLES = `select table_name as name, table_type as type, engine as engine, table_collation as table_collation,
  create_options as options, table_comment as comment from information_schema.tables where ${ofOurs()} order by table_name`

/** The columns of all tables. */
export const COLUMNS = `select table_name as table_name, column_name as name, column_type as type, character_set_name as charset,
  collation_name as collation, is_nullable as nullable, column_default as expression, extra as extra, column_comment as comment,
  generation_expression as generation from information_schema.columns where ${ofOurs()} order by table_name, ordinal_position`

/** Columns of indexes, those of primary keys included. MariaDB knows no `expression`, MySQL no `ignored`. */
export function indexesText(isMariadb: boolean): string {
  const further = isMariadb
    ? "null as expression, ignored = 'YES' as is_hidden"
    : "expression as expression, is_visible = 'NO' as is_hidden"
  return `select table_name as table_name, index_name as name, column_name as column_name, non_unique as non_unique, collation as collation,
    sub_part as prefix, index_type as type, ${further} from information_schema.statistics where ${ofOurs()}
    order by table_name, index_name, seq_in_index`
}

/** CHECKs. MariaDB says where each is written; on MySQL all are of the table. */
export function checksText(isMariadb: boolean): string {
  if (isMariadb)
    return `select table_name as table_name, constraint_name as name, level as level, check_clause as clause
      from information_schema.check_constraints where constraint_schema = database() order by table_name, constraint_name`
  return `select t.table_name as table_name, t.constraint_name as name, 'Table' as level, c.check_clause as clause
    from information_schema.table_constraints t join information_schema.check_constraints c
      on c.constraint_schema = t.constraint_schema and c.constraint_name = t.constraint_name
    where ${ofOurs('t.')} and t.constraint_type = 'CHECK' order by t.table_name, t.constraint_name`
}

/** Columns of foreign keys. */
export const REFERENCES = `select k.table_name as table_name, k.constraint_name as name, k.column_name as column_name,
    k.referenced_table_schema = k.table_schema as is_here, k.referenced_table_name as to_table, k.referenced_column_name as to_column,
    r.delete_rule as on_delete, r.update_rule as on_update
  from information_schema.key_column_usage k join information_schema.referential_constraints r
    on r.constraint_schema = k.constraint_schema and r.constraint_name = k.constraint_name and r.table_name = k.table_name
  where ${ofOurs('k.')} and k.referenced_table_name is not null
  order by k.table_name, k.constraint_name, k.ordinal_position`

/** Triggers. */
export const TRIGGERS = `select event_object_table as table_name, trigger_name as name, action_timing as timing, event_manipulation as event,
  action_statement as statement from information_schema.triggers where trigger_schema = database() order by event_object_table, action_order`

/** Objects of the database without a table. No table needs one of them. */
export const OTHERS = `select 'view' as kind, table_name as name, view_definition as definition from information_schema.views where ${ofOurs()}
  union all select lower(routine_type), routine_name, null from information_schema.routines where routine_schema = database()
  union all select 'event', event_name, null from information_schema.events where event_schema = database()
  union all select 'sequence', table_name, null from information_schema.tables where ${ofOurs()} and table_type = 'SEQUENCE'`
