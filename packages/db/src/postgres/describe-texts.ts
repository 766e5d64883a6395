// What is asked of the catalogue: one statement for the whole database each, so that many tables take few round trips.

/** Our tables: those of the current schema, but for the framework's own and those of extensions. */
const TABLES = `tables as (
  select c.oid, c.relname, c.relkind, c.reloptions, c.relrowsecurity, c.relnamespace
  from pg_class c
  where c.relnamespace = (select oid from pg_namespace where nspname = current_schema())
    and c.relkind in ('r', 'p') and not c.relispartition and c.relname !~ '^keelson_'
    and not ${ofExtension('pg_class', 'c.oid')})`

function ofExtension(catalogue: string, oid: string): string {
  return `exists (select from pg_depend e where e.classid = '${catalogue}'::regclass and e.objid = ${oid} and e.deptype = 'e')`
}

const COLLATION = `(select case when n.nspname in ('pg_catalog', current_schema()) then quote_ident(k.collname)
    else quote_ident(n.nspname) || '.' || quote_ident(k.collname) end
  from pg_collation k join pg_namespace n on n.oid = k.collnamespace
  where k.oid = a.attcollation and a.attcollation <> t.typcollation)`

/** The sequence that belongs to a column: that of an identity, or of a serial column. */
function ownedSequence(kind: 'i' | 'a'): string {
  return `select q.* from pg_depend d join pg_sequence q on q.seqrelid = d.objid
    where d.classid = 'pg_class'::regclass and d.refclassid = 'pg_class'::regclass
      and d.refobjid = a.attrelid and d.refobjsubid = a.attnum and d.deptype = '${kind}'`
}

/** Tables with their columns; a table without any has one row, without a column. */
export const COLUMNS = `with ${TABLES}
select b.relname as "table", a.attname as name, format_type(a.atttypid, a.atttypmod) as type, ${COLLATION} as "collation",
  not a.attnotnull as nullable, pg_get_expr(f.adbin, f.adrelid) as expression, a.attgenerated as generated, a.attidentity as identity,
  (select case when s.seqstart = 1 and s.seqincrement = 1 then ''
    else format(' (start with %s increment by %s)', s.seqstart, s.seqincrement) end from (${ownedSequence('i')}) s) as numbering,
  exists (select from (${ownedSequence('a')}) s join pg_depend u on u.refobjid = s.seqrelid
    and u.refclassid = 'pg_class'::regclass and u.classid = 'pg_attrdef'::regclass and u.objid = f.oid) as is_serial,
  (select json_agg(v.enumlabel order by v.enumsortorder) from pg_enum v where v.enumtypid = a.atttypid) as enum_values
from tables b
  left join pg_attribute a on a.attrelid = b.oid and a.attnum > 0 and not a.attisdropped
  left join pg_type t on t.oid = a.atttypid
  left join pg_attrdef f on f.adrelid = a.attrelid and f.adnum = a.attnum
order by b.relname, a.attnum`

/** Columns of the key, by their place: those that are included come after `indnkeyatts`. */
const INDEX_COLUMNS = `(select json_agg(json_build_object('name', a.attname, 'option', x.indoption[n - 1]) order by n)
  from generate_series(1, x.indnkeyatts) n
    left join pg_attribute a on a.attrelid = x.indrelid and a.attnum = x.indkey[n - 1])`

/** Whether it orders values otherwise than its columns do: another operator class, another collation. */
const IS_SPECIAL = `exists (select from generate_series(1, x.indnkeyatts) n
    left join pg_opclass o on o.oid = x.indclass[n - 1]
    left join pg_attribute a on a.attrelid = x.indrelid and a.attnum = x.indkey[n - 1]
  where not o.opcdefault or a.attnum is null or x.indcollation[n - 1] <> a.attcollation)`

/** Indexes, those of primary keys and constraints included. */
export const INDEXES = `with ${TABLES}
select b.relname as "table", i.relname as name, x.indisprimary as is_primary, x.indisunique as is_unique,
  k.oid is not null as is_constraint, k.contype as constraint_type, ${INDEX_COLUMNS} as columns,
  (m.amname = 'btree' and x.indpred is null and x.indexprs is null and x.indnkeyatts = x.indnatts and x.indisvalid
    and x.indimmediate and k.contype is distinct from 'x' and coalesce(to_jsonb(x) ->> 'indnullsnotdistinct', 'false') <> 'true' and not ${IS_SPECIAL}) as is_plain,
  case when k.oid is null then pg_get_indexdef(i.oid)
    else format('alter table %I add constraint %I %s', b.relname, k.conname, pg_get_constraintdef(k.oid)) end as text
from tables b
  join pg_index x on x.indrelid = b.oid
  join pg_class i on i.oid = x.indexrelid
  join pg_am m on m.oid = i.relam
  left join pg_constraint k on k.conindid = i.oid and k.conrelid = b.oid and k.contype in ('p', 'u', 'x')
order by b.relname, i.relname`

function columnsOf(relation: string, numbers: string): string {
  return `(select json_agg(a.attname order by n) from generate_series(1, cardinality(${numbers})) n
    join pg_attribute a on a.attrelid = ${relation} and a.attnum = (${numbers})[n])`
}

/** CHECKs and foreign keys. */
export const CONSTRAINTS = `with ${TABLES}
select b.relname as "table", k.conname as name, k.contype as type, ${columnsOf('k.conrelid', 'k.conkey')} as columns,
  pg_get_expr(k.conbin, k.conrelid) as expression, k.connoinherit as is_not_inherited, k.convalidated as is_valid,
  k.condeferrable as is_deferrable, g.relname as to_table, ${columnsOf('k.confrelid', 'k.confkey')} as to_columns,
  (g.relnamespace = b.relnamespace and coalesce(x.indisprimary, false)) as is_to_primary, k.confdeltype as on_delete, k.confupdtype as on_update,
  format('alter table %I add constraint %I %s', b.relname, k.conname, pg_get_constraintdef(k.oid)) as text
from tables b
  join pg_constraint k on k.conrelid = b.oid and k.contype in ('c', 'f')
  left join pg_class g on g.oid = k.confrelid
  left join pg_index x on x.indexrelid = k.conindid
order by b.relname, k.conname`
