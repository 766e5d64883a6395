// The dangers on PostgreSQL. Locks and rewrites are those that a server of version 15 showed.
import type { DangerTexts } from './contract.ts'

/** What is said about each danger on PostgreSQL. */
export const POSTGRES_TEXTS = {
  'index-not-concurrent': {
    message: 'create index keeps all writes of {table} waiting until the index is built.',
    safe: '-- transaction: off\n{rest};',
  },
  'index-drop-not-concurrent': {
    message:
      'drop index waits for all that use the table, and all reads and writes wait behind it meanwhile.',
    safe: '-- transaction: off\n{rest}',
  },
  'reindex-not-concurrent': {
    message: 'reindex keeps writes waiting until it is done, and reads that would use the index.',
    safe: '-- transaction: off\nreindex {type} concurrently {name};',
  },
  'concurrently-in-transaction': {
    message: 'concurrently fails within a transaction, and a file is one.',
    safe: '-- transaction: off\n{rest};',
  },
  'refresh-not-concurrent': {
    message: 'refresh materialized view keeps all reads of {name} waiting until it is done.',
    safe: '-- The view needs a unique index that has all its rows.\nrefresh materialized view concurrently {name};',
  },
  'required-column': {
    message:
      'A column that is not null without a default cannot be added to a table with rows, and the version that runs inserts rows without it.',
    safe: `alter table {table} add column {column} {nullable};
-- in a later file, after all rows have a value and all versions write it:
alter table {table} add constraint {column}_required check ({column} is not null) not valid;
-- in the file after that:
alter table {table} validate constraint {column}_required;
alter table {table} alter column {column} set not null;
alter table {table} drop constraint {column}_required;`,
  },
  'volatile-default': {
    message:
      'A default that differs for each row makes PostgreSQL write {table} anew; reads and writes wait until it is done.',
    safe: `alter table {table} add column {column} {nullable};
alter table {table} alter column {column} set default {rest};
-- in later files, a part of the rows in each:
update {table} set {column} = {rest} where {column} is null and id in (select id from {table} where {column} is null limit 10000);`,
  },
  'numbered-column': {
    message:
      'A serial or identity column gives each row a number: PostgreSQL writes {table} anew, and reads and writes wait until it is done.',
    safe: `create sequence {column}_seq;
alter table {table} add column {column} bigint;
alter table {table} alter column {column} set default nextval('{column}_seq');
-- in later files, a part of the rows in each:
update {table} set {column} = nextval('{column}_seq') where id in (select id from {table} where {column} is null limit 10000);`,
  },
  'stored-column': {
    message:
      'A stored generated column makes PostgreSQL write {table} anew; reads and writes wait until it is done.',
    safe: `create view {table}_more as select *, … as {column} from {table};
-- or a column that a trigger sets, filled in parts: see 'update-all-rows'.`,
  },
  'type-change': {
    message:
      'Most changes of a type make PostgreSQL write {table} and its indexes anew, while reads and writes wait. Free are varchar to text, and a larger length, where no check names the column.',
    safe: `alter table {table} add column {column}_new {type};
-- then: write both columns, and in later files, a part of the rows in each:
update {table} set {column}_new = {rest} where id in (select id from {table} where {column}_new is null and {column} is not null limit 10000);
-- then: give the new one what the old one has (default, not null, keys, checks), read it, and in a later file:
alter table {table} drop column {column};`,
  },
  'type-narrowed': {
    message:
      'Where the type was wider, this fails at the first row that does not fit, after {table} was locked and read. Digits after the point without a place are rounded in silence, and the time of a date is dropped, unless the expression after using stops at them, as that of a draft does. Where the type was narrower, it is harmless.',
    safe: `-- where it was narrower before:
-- safe: it was varchar(100)
alter table {table} alter column {column} type {type};
-- else, with the condition that the new type has:
alter table {table} add constraint {column}_fits check ({rest}) not valid;
-- in a later file:
alter table {table} validate constraint {column}_fits;`,
  },
  'column-renamed': {
    message: 'The version that runs still reads and writes {column}, and fails from this moment on.',
    safe: `alter table {table} add column {name} {type};
-- then: write both columns, fill the rows in parts, read the new one, and in a later file:
alter table {table} drop column {column};`,
  },
  'table-renamed': {
    message: 'The version that runs still uses {table}, and fails from this moment on.',
    safe: `alter table {table} rename to {name};
create view {table} as select * from {rest};
-- in a later file, after no version uses the old name:
drop view {table};`,
  },
  'column-dropped': {
    message: 'The version that runs fails if it still reads or writes {column}, and its values are lost.',
    safe: `-- After no running version names the column:
-- safe: nothing has used it since the last release
alter table {table} drop column {column};`,
  },
  'table-dropped': {
    message: 'The version that runs fails if it still uses {table}, and its rows are lost.',
    safe: `-- After no running version names the table:
-- safe: nothing has used it since the last release
drop table {table};`,
  },
  'table-moved': {
    message: 'The version that runs looks for {table} where it was, and fails from this moment on.',
    safe: `alter table {table} set schema {name};
create view {table} as select * from {rest};
-- in a later file, after no version uses the old name:
drop view {table};`,
  },
  'view-dropped': {
    message: 'The version that runs fails if it still reads {name}.',
    safe: `-- After no running version names the view:
-- safe: nothing has used it since the last release
{rest};`,
  },
  'owned-dropped': {
    message:
      'All that {name} owns in this database is dropped, tables with their rows, and all of its rights.',
    safe: '-- Give it to another role first; then it drops the rights alone:\nreassign owned by {name} to current_user;\n-- safe: it owns nothing now\ndrop owned by {name};',
  },
  'rows-merged': {
    message:
      'merge deletes all rows of {table} that meet its condition, in one transaction that keeps them locked.',
    safe: '-- in parts; repeat until it deletes nothing:\ndelete from {table} where id in (select id from {table} where … limit 10000);',
  },
  'not-looked-into': {
    message: 'What this statement runs is not looked into: it may do any of these.',
    safe: '-- Write the statements themselves, or say why it is safe:\n-- safe: it adds rows alone\n{rest};',
  },
  'schema-dropped': {
    message: 'All that is in {name} is lost.',
    safe: '-- After all of it is saved elsewhere:\n-- safe: it is empty\ndrop schema {name};',
  },
  'drop-cascade': {
    message: 'cascade also drops views, foreign keys and columns that this file does not name.',
    safe: `-- Without cascade the server names what depends on it; drop that by statements of its own.
{rest};`,
  },
  'foreign-key-validated': {
    message: 'A foreign key keeps writes of both tables waiting until all rows of {table} are looked at.',
    safe: `{first}alter table {table} add {rest} not valid;
-- in a later file:
alter table {table} validate constraint {name};`,
  },
  'check-validated': {
    message: 'A check keeps reads and writes of {table} waiting until all rows are looked at.',
    safe: `{first}alter table {table} add {rest} not valid;
-- in a later file:
alter table {table} validate constraint {name};`,
  },
  'validated-at-once': {
    message:
      'The constraint was added in the same transaction: its lock is held until all rows are looked at, as without not valid.',
    safe: '-- in a file of its own, after this one:\nalter table {table} validate constraint {name};',
  },
  'not-null-validated': {
    message: 'set not null keeps reads and writes of {table} waiting until all rows are looked at.',
    safe: `alter table {table} add constraint {column}_required check ({column} is not null) not valid;
-- in a later file, where PostgreSQL takes the check as the proof:
alter table {table} validate constraint {column}_required;
alter table {table} alter column {column} set not null;
alter table {table} drop constraint {column}_required;`,
  },
  'unique-constraint': {
    message: 'A unique constraint keeps reads and writes of {table} waiting until its index is built.',
    safe: `-- transaction: off
{first}create unique index concurrently {name} on {table} {rest};
-- in a later file, where the constraint is needed besides the index:
alter table {table} add constraint {name} unique using index {name};`,
  },
  'primary-key-added': {
    message:
      'A primary key keeps reads and writes of {table} waiting until its index is built and no column of it has null.',
    safe: `-- transaction: off
{first}create unique index concurrently {name} on {table} {rest};
-- in a later file, after its columns are not null:
alter table {table} add constraint {name} primary key using index {name};`,
  },
  'exclusion-constraint': {
    message:
      'An exclusion constraint keeps reads and writes of {table} waiting until its index is built; it has no concurrent form.',
    safe: `-- Where the table is small, or nobody uses it meanwhile:
-- safe: 2,000 rows
alter table {table} add {rest};`,
  },
  'enum-value-in-transaction': {
    message: 'PostgreSQL refuses to use a value of an enum in the transaction that adds it.',
    safe: `alter type {name} add value {type};
-- and what uses the value in the next file.`,
  },
  'enum-value-renamed': {
    message: 'The version that runs still writes the old value, and does not know the new one.',
    safe: `alter type {name} add value {type};
-- then: read both values, write the new one, and in a later file:
update {table} set {column} = {type} where {column} = {rest};`,
  },
  'enum-dropped': {
    message:
      'A type that is made anew, for an enum with fewer values or another order, changes the type of its columns: their tables are written anew.',
    safe: `-- Keep the type, and refuse the value:
alter table {table} add constraint {column}_values check ({column} <> 'old') not valid;`,
  },
  'lock-timeout-removed': {
    message:
      'Without a limit a statement that waits for a lock makes all others wait behind it, for as long as that takes.',
    safe: "set lock_timeout = '5s';",
  },
  'lock-timeout-missing': {
    message:
      "A file with '-- transaction: off' has no limit of waiting for a lock; while this statement waits, all others on {table} wait behind it.",
    safe: "set lock_timeout = '5s';\n{rest};",
  },
  'update-all-rows': {
    message:
      'All rows of {table} are locked until the end of the transaction, and each is written anew at once.',
    safe: `-- transaction: off
-- with a key of its own steps; repeat until it changes nothing:
{rest} where id in (select id from {table} where … limit 10000);`,
  },
  'backfill-with-change': {
    message:
      '{table} was locked by a change before in this file, and stays so while rows are written: reads and writes wait.',
    safe: '-- in a file of its own, after this one:\n{rest};',
  },
  'several-tables-locked': {
    message:
      'The transaction holds the lock of another table already: two that lock them in different order stop each other, and all wait for both.',
    safe: '-- in a file of its own:\n{rest};',
  },
  'json-column': {
    message: 'A json column has no equality: select distinct, group by and union fail on it.',
    safe: 'alter table {table} add column {column} jsonb;',
  },
  'time-without-zone': {
    message: 'timestamp has no time zone: what it means depends on who reads it.',
    safe: 'alter table {table} add column {column} timestamptz;',
  },
  'padded-text': {
    message: 'char(n) is filled with blanks to its length, which comparisons then ignore.',
    safe: 'alter table {table} add column {column} text;',
  },
  'small-key': {
    message:
      'A key of 32 bits ends at 2,147,483,647 rows; to change its type later means to write the table anew.',
    safe: 'create table {table} ({column} bigint generated always as identity primary key);',
  },
  'rows-truncated': {
    message: 'All rows of {table} are lost, and reads and writes wait until the end of the transaction.',
    safe: `-- in parts; repeat until it deletes nothing:
delete from {table} where id in (select id from {table} limit 10000);`,
  },
  'triggers-disabled': {
    message:
      'Meanwhile no foreign key is checked and no trigger runs, and what is written then is not checked later.',
    safe: '-- Write the rows with their triggers; give foreign keys that refer in a circle deferrable initially deferred.',
  },
  'table-rewritten': {
    message: 'The table is written anew, with its indexes; reads and writes wait until it is done.',
    safe: '-- vacuum without full, which keeps nobody waiting:\nvacuum (analyze) {table};\n-- or pg_repack, a program beside the server.',
  },
  'table-locked': {
    message: 'lock table keeps others waiting until the end of the transaction.',
    safe: '-- Omit it: each statement takes the lock that it needs. Rows are locked by:\nselect id from {table} where … for update;',
  },
  'partition-not-concurrent': {
    message: 'detach partition keeps reads and writes of {table} waiting.',
    safe: '-- transaction: off\nalter table {table} detach partition {name} concurrently;',
  },
} as const satisfies DangerTexts
