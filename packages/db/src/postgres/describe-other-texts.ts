// What is asked of the catalogue about objects that no table value says.

const SCHEMA = '(select oid from pg_namespace where nspname = current_schema())'

function notOfExtension(catalogue: string, oid: string): string {
  return `not exists (select from pg_depend e where e.classid = '${catalogue}'::regclass and e.objid = ${oid} and e.deptype = 'e')`
}

// The catalogue's columns for collations have other names with each second version, hence the row as JSON.
const COLLATIONS = `select 1 as step, k.oid, 'collation' as kind, k.collname::text as name, true as is_prerequisite,
    format('create collation %I (provider = %s, locale = %L, deterministic = %s)', k.collname,
      case k.collprovider when 'i' then 'icu' when 'c' then 'libc' else 'builtin' end,
      coalesce(to_jsonb(k) ->> 'colllocale', to_jsonb(k) ->> 'colliculocale', to_jsonb(k) ->> 'collcollate'), k.collisdeterministic::text) as text
  from pg_collation k where k.collnamespace = ${SCHEMA} and ${notOfExtension('pg_collation', 'k.oid')}`

const DOMAIN_TEXT = `format('create domain %I as %s', t.typname, format_type(t.typbasetype, t.typtypmod))
  || coalesce((select ' collate ' || quote_ident(k.collname) from pg_collation k join pg_type base on base.oid = t.typbasetype
    where k.oid = t.typcollation and k.oid <> base.typcollation), '')
  || coalesce(' default ' || t.typdefault, '') || case when t.typnotnull then ' not null' else '' end
  || coalesce((select string_agg(format(' constraint %I %s', c.conname, pg_get_constraintdef(c.oid)), '' order by c.conname)
    from pg_constraint c where c.contypid = t.oid and c.contype = 'c'), '')`

const COMPOSITE_TEXT = `format('create type %I as (%s)', t.typname, (select string_agg(
    format('%I %s', a.attname, format_type(a.atttypid, a.atttypmod)), ', ' order by a.attnum)
  from pg_attribute a where a.attrelid = t.typrelid and a.attnum > 0 and not a.attisdropped))`

const TYPES = `select 2, t.oid, case t.typtype when 'e' then 'enum type' when 'd' then 'domain' when 'c' then 'composite type' else 'range type' end,
    t.typname, true, case t.typtype
      when 'e' then format('create type %I as enum (%s)', t.typname, (select string_agg(quote_literal(v.enumlabel), ', ' order by v.enumsortorder)
        from pg_enum v where v.enumtypid = t.oid))
      when 'd' then ${DOMAIN_TEXT}
      when 'c' then ${COMPOSITE_TEXT}
      else (select format('create type %I as range (subtype = %s)', t.typname, format_type(r.rngsubtype, null)) from pg_range r where r.rngtypid = t.oid)
    end
  from pg_type t where t.typnamespace = ${SCHEMA} and ${notOfExtension('pg_type', 't.oid')}
    and (t.typtype in ('e', 'd', 'r') or (t.typtype = 'c' and exists (select from pg_class c where c.oid = t.typrelid and c.relkind = 'c')))`

/** A function over the row type of a table comes after the table. */
const FUNCTIONS = `select 2, p.oid, case p.prokind when 'p' then 'procedure' when 'a' then 'aggregate' else 'function' end,
    p.proname || '(' || pg_get_function_identity_arguments(p.oid) || ')',
    p.prokind <> 'a' and not exists (select from pg_type t join pg_class c on c.oid = t.typrelid
      where (t.oid = p.prorettype or t.oid = any (p.proargtypes)) and c.relkind <> 'c'),
    case when p.prokind <> 'a' then pg_get_functiondef(p.oid) end
  from pg_proc p where p.pronamespace = ${SCHEMA} and ${notOfExtension('pg_proc', 'p.oid')}`

const SEQUENCES = `select 2, c.oid, 'sequence', c.relname, true,
    format('create sequence %I as %s start with %s increment by %s minvalue %s maxvalue %s cache %s%s', c.relname, format_type(s.seqtypid, null),
      s.seqstart, s.seqincrement, s.seqmin, s.seqmax, s.seqcache, case when s.seqcycle then ' cycle' else '' end)
  from pg_sequence s join pg_class c on c.oid = s.seqrelid
  where c.relnamespace = ${SCHEMA} and ${notOfExtension('pg_class', 'c.oid')}
    and not exists (select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid
      and d.refclassid = 'pg_class'::regclass and d.deptype in ('a', 'i'))`

const VIEWS = `select 3, c.oid, case c.relkind when 'v' then 'view' when 'm' then 'materialized view' else 'table of another server' end, c.relname, false,
    case c.relkind when 'v' then format('create view %I as %s', c.relname, pg_get_viewdef(c.oid))
      when 'm' then format('create materialized view %I as %s', c.relname, pg_get_viewdef(c.oid)) end
  from pg_class c where c.relnamespace = ${SCHEMA} and c.relkind in ('v', 'm', 'f') and ${notOfExtension('pg_class', 'c.oid')}`

/** Objects of the schema, in the order in which they can be made. */
export const OTHERS = `select kind, name, is_prerequisite, rtrim(text, ';') as text from (
  select 0 as step, x.oid, 'extension' as kind, x.extname::text as name, true as is_prerequisite, format('create extension if not exists %I', x.extname) as text
    from pg_extension x where x.extname <> 'plpgsql'
  union all ${COLLATIONS} union all ${TYPES} union all ${FUNCTIONS} union all ${SEQUENCES} union all ${VIEWS}
) o where name !~ '^keelson_(?!case_insensitive)' order by step, oid::bigint`

const POLICY_TEXT = `format('create policy %I on %I as %s for %s to %s', p.polname, c.relname, case when p.polpermissive then 'permissive' else 'restrictive' end,
    case p.polcmd when 'r' then 'select' when 'a' then 'insert' when 'w' then 'update' when 'd' then 'delete' else 'all' end,
    case when p.polroles = '{0}' then 'public' else (select string_agg(quote_ident(r.rolname), ', ') from pg_roles r where r.oid = any (p.polroles)) end)
  || coalesce(format(' using (%s)', pg_get_expr(p.polqual, p.polrelid)), '') || coalesce(format(' with check (%s)', pg_get_expr(p.polwithcheck, p.polrelid)), '')`

/** What belongs to tables besides columns, indexes and constraints. */
export const TABLE_OTHERS = `select c.relname as "table", o.kind, o.name, rtrim(o.text, ';') as text
from pg_class c join (
  select g.tgrelid as table_oid, 'trigger' as kind, g.tgname::text as name, pg_get_triggerdef(g.oid) as text from pg_trigger g where not g.tgisinternal
  union all select r.ev_class, 'rule', r.rulename, pg_get_ruledef(r.oid) from pg_rewrite r where r.rulename <> '_RETURN'
  union all select s.stxrelid, 'statistics', s.stxname, pg_get_statisticsobjdef(s.oid) from pg_statistic_ext s
  union all select p.polrelid, 'policy', p.polname, ${POLICY_TEXT} from pg_policy p join pg_class c on c.oid = p.polrelid
  union all select oid, 'row level security', relname, format('alter table %I enable row level security', relname) from pg_class where relrowsecurity
  union all select oid, 'storage parameters', relname, format('alter table %I set (%s)', relname, array_to_string(reloptions, ', ')) from pg_class
    where reloptions is not null and relkind = 'r'
  union all select oid, 'partition key', relname, 'partition by ' || pg_get_partkeydef(oid) from pg_class where relkind = 'p'
  union all select h.inhparent, 'partition', p.relname, format('create table %I partition of %s %s', p.relname, h.inhparent::regclass, pg_get_expr(p.relpartbound, p.oid))
    from pg_inherits h join pg_class p on p.oid = h.inhrelid where p.relispartition
) o on o.table_oid = c.oid
where c.relnamespace = ${SCHEMA} and c.relkind in ('r', 'p') order by 1, 2, 3`
