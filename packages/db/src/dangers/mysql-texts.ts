// The dangers on MySQL and MariaDB. What can be done while others write is what MariaDB 10.11 answered to `algorithm` and `lock`.
import type { DangerTexts } from './contract.ts'

const COPIED = 'is done by a copy of {table}: writes wait until it is done.'
const SWITCH = `-- then: write both columns, fill the rows in parts, give the new one what the old one has (default, not null, keys, checks), read it,
-- and in a later file:
alter table {table} drop column {column}, algorithm=instant;`

/** What is said about each danger on MySQL and MariaDB. */
export const MYSQL_TEXTS = {
  'required-column': {
    message:
      'The rows that are there get 0 or an empty text in silence, and the version that runs fails to insert rows without the column.',
    safe: `alter table {table} add column {column} {nullable}, algorithm=instant;
-- in a later file, after all rows have a value and all versions write it:
alter table {table} modify column {column} {definition}, algorithm=inplace, lock=none;`,
  },
  'volatile-default': {
    message: `A default that is a function ${COPIED}`,
    safe: `alter table {table} add column {column} {nullable}, algorithm=instant;
-- then in parts; repeat until it changes nothing:
update {table} set {column} = {rest} where {column} is null limit 10000;
alter table {table} alter column {column} set default {rest};`,
  },
  'numbered-column': {
    message:
      'An auto_increment column gives each row a number: {table} is made anew, and writes wait until it is done.',
    safe: `alter table {table} add column {column} bigint null, algorithm=instant;
-- and numbers by the app, or a new table that is filled in parts.`,
  },
  'stored-column': {
    message: `A stored generated column ${COPIED}`,
    safe: 'alter table {table} add column {column} {type} as (…) virtual, algorithm=instant;',
  },
  'type-change': {
    message:
      'Most changes of a column are done by a copy of {table}: writes wait until it is done. With algorithm and lock the server refuses instead.',
    safe: `alter table {table} modify column {column} {definition}, algorithm=inplace, lock=none;
-- where that is refused:
alter table {table} add column {column}_new {nullable}, algorithm=instant;
${SWITCH}`,
  },
  'type-narrowed': {
    message:
      'Where {column} had more digits after the point, they are rounded in silence, and the time of a date is dropped, unless a CHECK refuses such rows, as that of a draft does. Where it had not, it is harmless.',
    safe: `alter table {table} add constraint {column}_fits check ({rest});
alter table {table} modify column {column} {definition}, drop constraint {column}_fits;`,
  },
  'enum-changed': {
    message:
      'New values at the end of an enum are free; another order, or a value removed, is done by a copy of {table}, and rows with a removed value fail or become empty. With algorithm the server refuses that.',
    safe: 'alter table {table} modify column {column} {definition}, algorithm=instant;',
  },
  'column-renamed': {
    message: 'The version that runs still reads and writes {column}, and fails from this moment on.',
    safe: `alter table {table} add column {name} {nullable}, algorithm=instant;
${SWITCH}`,
  },
  'table-renamed': {
    message: 'The version that runs still uses {table}, and fails from this moment on.',
    safe: `rename table {table} to {name};
create view {table} as select * from {name};
-- in a later file, after no version uses the old name:
drop view {table};`,
  },
  'column-dropped': {
    message:
      'The version that runs fails if it still reads or writes {column}, and its values are lost. Indexes with other columns lose it in silence.',
    safe: `-- After no running version names the column:
-- safe: nothing has used it since the last release
alter table {table} drop column {column}, algorithm=instant;`,
  },
  'table-dropped': {
    message: 'The version that runs fails if it still uses {table}, and its rows are lost.',
    safe: `-- After no running version names the table:
-- safe: nothing has used it since the last release
drop table {table};`,
  },
  'schema-dropped': {
    message: 'All that is in {name} is lost.',
    safe: '-- After all of it is saved elsewhere:\n-- safe: it is empty\ndrop database {name};',
  },
  'foreign-key-validated': {
    message: `A foreign key ${COPIED} Only while foreign_key_checks is 0 it needs no copy, and then rows are not looked at.`,
    safe: `-- After a query has found no row without its partner:
-- safe: the rows were counted
{first}set foreign_key_checks = 0;
alter table {table} add {rest}, algorithm=inplace, lock=none;
set foreign_key_checks = 1;`,
  },
  'check-validated': {
    message: `A check ${COPIED}`,
    safe: `-- Where the table is small, or nobody writes meanwhile:
-- safe: 2,000 rows
alter table {table} add {rest};`,
  },
  'primary-key-changed': {
    message:
      '{table} is made anew in the order of its new key; without another key in the same statement that is a copy, and writes wait.',
    safe: 'alter table {table} drop primary key, add primary key (…), algorithm=inplace, lock=none;',
  },
  'index-blocks-writes': {
    message: 'A fulltext or spatial index keeps writes of {table} waiting until it is built.',
    safe: `-- Where the table is small, or nobody writes meanwhile:
-- safe: 2,000 rows
{rest};`,
  },
  'copy-demanded': {
    message: 'algorithm=copy makes {table} anew, and writes wait until it is done.',
    safe: 'alter table {table} …, algorithm=inplace, lock=none;',
  },
  'lock-demanded': {
    message: 'lock=shared keeps writes of {table} waiting, lock=exclusive reads too.',
    safe: 'alter table {table} …, algorithm=inplace, lock=none;',
  },
  'charset-converted': {
    message: `Another character set ${COPIED} Lengths of indexes and foreign keys may no longer fit.`,
    safe: `alter table {table} add column … character set utf8mb4, algorithm=instant;
-- then: write both columns, fill the rows in parts, read the new one, and drop the old one in a later file.`,
  },
  'table-rewritten': {
    message: '{table} is made anew. With algorithm and lock the server refuses where writes would wait.',
    safe: 'alter table {table} engine=innodb, algorithm=inplace, lock=none;',
  },
  'partitions-changed': {
    message:
      'Partitions are made by a copy of {table}, and writes wait; dropped or truncated ones lose their rows.',
    safe: '-- A new table with partitions, filled in parts, and then:\nrename table {table} to {table}_old, {table}_new to {table};',
  },
  'foreign-keys-off': {
    message: 'What is written while foreign_key_checks is 0 is not checked, and not later either.',
    safe: '-- Write the rows that are referred to first, and leave it on:\nset foreign_key_checks = 1;',
  },
  'unique-checks-off': {
    message: 'While unique_checks is 0 the server may take two rows with one key.',
    safe: 'set unique_checks = 1;',
  },
  'sql-mode-changed': {
    message: 'Without strict_trans_tables the server cuts texts and changes numbers in silence.',
    safe: "set sql_mode = 'strict_trans_tables,no_engine_substitution';",
  },
  'lock-timeout-removed': {
    message: 'A statement that waits for a lock makes all others wait behind it, for as long as that takes.',
    safe: 'set lock_wait_timeout = 5;',
  },
  'update-all-rows': {
    message:
      'All rows of {table} are locked until the statement is done, and replicas fall behind by as long.',
    safe: '-- in parts; repeat until it changes nothing:\n{rest} where … limit 10000;',
  },
  'rows-replaced': {
    message:
      'replace deletes each row that has a key of a new one: columns that it does not name lose their values, and rows that refer to it by on delete cascade go.',
    safe: 'insert into {table} … on duplicate key update …;',
  },
  'rows-ignored': {
    message:
      'alter ignore deletes in silence the rows that a new key does not take, and changes values that do not fit.',
    safe: '-- After a query has found no such row, without ignore:\nalter table {table} …;',
  },
  'table-replaced': {
    message: 'create or replace drops {table} with all its rows.',
    safe: '-- Where it may be there already:\ncreate table if not exists {table} (…);\n-- and what it lacks by alter table.',
  },
  'view-dropped': {
    message: 'The version that runs fails if it still reads {name}.',
    safe: `-- After no running version names the view:
-- safe: nothing has used it since the last release
{rest};`,
  },
  'foreign-key-dropped': {
    message:
      'From this moment on {table} takes rows without their partner, and keeps those whose partner goes.',
    safe: `-- Where that is meant:
-- safe: the app keeps them together
alter table {table} drop foreign key {name};`,
  },
  'tables-locked': {
    message: 'flush with a lock keeps writes of all that it names waiting until the session lets go.',
    safe: '-- Omit it: each statement takes the lock that it needs.',
  },
  'not-looked-into': {
    message: 'What this statement runs is not looked into: it may do any of these.',
    safe: '-- Write the statements themselves, or say why it is safe:\n-- safe: it adds rows alone\n{rest};',
  },
  'small-key': {
    message:
      'A key of 32 bits ends at 2,147,483,647 (unsigned: 4,294,967,295); to change its type later means to copy the table.',
    safe: 'create table {table} ({column} bigint auto_increment primary key);',
  },
  'time-ends-2038': {
    message: 'timestamp ends in January 2038, and its value changes with the time zone of the session.',
    safe: 'alter table {table} add column {column} datetime(3);',
  },
  'three-byte-text': {
    message: 'utf8 and utf8mb3 hold no character of four bytes: an emoji is refused, or cuts the text.',
    safe: 'create table {table} (…) character set utf8mb4;',
  },
  'rows-truncated': {
    message: 'All rows of {table} are lost; it commits, and nothing brings them back.',
    safe: '-- in parts; repeat until it deletes nothing:\ndelete from {table} limit 10000;',
  },
} as const satisfies DangerTexts
