import { isNumbering, type Change, type ChangeOf, type ColumnDescription } from '../adapter/index.ts'

type Tellers = { readonly [K in Change['kind']]: (change: ChangeOf<K>) => string }

const TELLERS: Tellers = {
  'rename table': ({ from, to }) => `table ${from} becomes ${to}`,
  'rename column': ({ table, from, to }) => `column ${table}.${from} becomes ${to}`,
  'rename constraint': ({ table, from, to }) => `${from} of ${table} becomes ${to}`,
  'create table': ({ table }) => `table ${table} is new`,
  'drop table': ({ table }) => `table ${table} goes`,
  'add column': ({ table, column }) => `column ${table}.${column.name} is new`,
  'drop column': ({ table, column }) => `column ${table}.${column} goes`,
  'alter column': ({ table, from, to }) =>
    `column ${table}.${to.name} becomes ${tellColumn(to)}, from ${tellColumn(from)}`,
  'alter primary': ({ table, to }) => `the primary key of ${table} becomes (${to?.columns.join(', ') ?? ''})`,
  'add index': ({ table, index }) => `index ${index.name} of ${table} is new`,
  'drop index': ({ table, index }) => `index ${index.name} of ${table} goes`,
  'add check': ({ table, check }) => `a CHECK of ${table} is new: ${check.expression}`,
  'drop check': ({ table, check }) => `a CHECK of ${table} goes: ${check.expression}`,
  'add reference': ({ table, reference }) =>
    `the foreign key ${table}.${reference.column} to ${reference.toTable} is new, on delete ${reference.onDelete}`,
  'drop reference': ({ table, reference }) =>
    `the foreign key ${table}.${reference.column} to ${reference.toTable} goes, on delete ${reference.onDelete}`,
  'alter storage': ({ table, from, to }) =>
    `table ${table} becomes ${quoted(to)}${from === '' ? '' : `, from '${from}'`}`,
}

/** A change in words. */
export function tellChange(change: Change): string {
  // What a kind is told by takes that kind.
  return TELLERS[change.kind](change as never)
}

/** What follows `create table (…)`. */
function quoted(storage: string): string {
  return storage === '' ? 'one without options' : `'${storage}'`
}

function tellColumn({
  type,
  isNullable,
  default: initial,
  values,
  generated = '',
}: ColumnDescription): string {
  return [
    type,
    ...(values === undefined ? [] : [`of ${values.join(', ')}`]),
    ...(isNullable ? [] : ['not null']),
    ...(initial === undefined ? [] : [`default ${initial.text}`]),
    ...(isNumbering(generated) ? [generated] : []),
  ].join(' ')
}
