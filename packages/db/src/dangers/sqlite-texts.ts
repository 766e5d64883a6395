// The dangers on SQLite.
import type { DangerTexts } from './contract.ts'

/** What is said about each danger on SQLite. */
export const SQLITE_TEXTS = {
  'drop-deletes-rows': {
    message:
      'With foreign keys on, drop table first deletes the rows of {table}, and with them by on delete cascade all rows that refer to them.',
    safe: `-- foreign keys: off
drop table {table};`,
  },
  'table-dropped': {
    message: 'The version that runs fails if it still uses {table}, and its rows are lost.',
    safe: `-- After no running version names the table:
-- safe: nothing has used it since the last release
drop table {table};`,
  },
  'required-column': {
    message: 'SQLite refuses a column that is not null without a default as soon as {table} has a row.',
    safe: `alter table {table} add column {column} {nullable};
-- or with a default that fits:
alter table {table} add column {column} {definition} default …;`,
  },
  'volatile-default': {
    message: 'SQLite refuses a default that is not a constant in add column as soon as {table} has a row.',
    safe: `alter table {table} add column {column} {nullable};
update {table} set {column} = {rest} where {column} is null;`,
  },
  'unique-column': {
    message: 'SQLite refuses unique and primary key in add column.',
    safe: `alter table {table} add column {column} {nullable};
create unique index {column}_unique on {table} ({column});`,
  },
  'stored-column': {
    message: 'SQLite refuses a stored generated column in add column.',
    safe: 'alter table {table} add column {column} {type} as (…) virtual;',
  },
  'reference-with-default': {
    message:
      'With foreign keys on, SQLite refuses a column that refers to a table and has a default other than null.',
    safe: `alter table {table} add column {column} {definition};
update {table} set {column} = {rest} where {column} is null;`,
  },
  'column-renamed': {
    message:
      'A process that still runs the old version reads and writes {column}, and fails from this moment on.',
    safe: `alter table {table} add column {name} {type};
update {table} set {name} = {column};
-- in a later file, after no version uses the old name:
alter table {table} drop column {column};`,
  },
  'table-renamed': {
    message: 'A process that still runs the old version uses {table}, and fails from this moment on.',
    safe: `alter table {table} rename to {name};
create view {table} as select * from {rest};
-- in a later file, after no version uses the old name:
drop view {table};`,
  },
  'column-dropped': {
    message:
      'A process that still runs the old version fails if it uses {column}; its values are lost, and {table} is written anew while nobody else can write.',
    safe: `-- After no running version names the column:
-- safe: nothing has used it since the last release
alter table {table} drop column {column};`,
  },
  'update-all-rows': {
    message:
      'All rows of {table} are written in one transaction; nobody else can write to the database meanwhile.',
    safe: '-- in parts, in a file with -- transaction: off:\n{rest} where rowid in (select rowid from {table} where … limit 10000);',
  },
  'rows-replaced': {
    message:
      'replace deletes each row that has the key of a new one: columns that it does not name lose their values, and rows that refer to it by on delete cascade go.',
    safe: 'insert into {table} … on conflict (…) do update set …;',
  },
  'view-dropped': {
    message: 'The version that runs fails if it still reads {name}.',
    safe: `-- After no running version names the view:
-- safe: nothing has used it since the last release
{rest};`,
  },
  'null-key': {
    message: 'SQLite takes null in a primary key that is not an integer, any number of times.',
    safe: 'create table {table} ({column} {type} primary key not null);',
  },
  'unsafe-setting': {
    message: 'The pragma turns a guard of the data off: {rest}.',
    safe: '-- Omit the pragma.',
  },
  'database-locked': {
    message: 'vacuum writes the whole file anew, and nobody else can write meanwhile.',
    safe: 'pragma incremental_vacuum(1000);',
  },
} as const satisfies DangerTexts
