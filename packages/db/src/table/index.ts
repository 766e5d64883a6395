export type { CheckedTables } from './check-types.ts'
export type {
  AnyColumn,
  AnyColumns,
  Column,
  ColumnTrait,
  BodyValue,
  ReturnedValue,
  ColumnUse,
  ColumnUses,
  NowOptions,
  Reference,
  ReferenceOptions,
  ReferenceTo,
} from './column.ts'
export type * from './contract.ts'
export { defineTables, factsOf } from './define-tables.ts'
export type {
  Edge,
  EdgeOf,
  Graph,
  ManyRelation,
  OneRelation,
  RelationColumns,
  RelationsOf,
  RelationValue,
  WithColumns,
  WithRelations,
} from './graph.ts'
export { keyBytes } from './key-bytes.ts'
export { nameRemedy } from './name-remedy.ts'
export { unknownColumn } from './unknown-column.ts'
export { bigint, decimal, integer, version } from './number-columns.ts'
export type { BigintColumnOptions, BoundsOptions, IntegerColumnOptions } from './number-columns.ts'
export { RESERVED_NAMES, type ReservedName } from './reserved-names.ts'
export type { AnswerSchema, Picked, TableSchema, Unpicked } from './table-schema.ts'
export type {
  IdOfColumns,
  InsertOfColumns,
  NameOf,
  NamesOf,
  NewOfColumns,
  PatchOfColumns,
  Merged,
  RowOfColumns,
  RowSchema,
  ShownOfColumns,
  UpdateOfColumns,
} from './table-types.ts'
export { table } from './table.ts'
export type { IndexOptions, TableOptions, UniqueOptions } from './table-options.ts'
export type {
  AnyTable,
  AnyTables,
  InsertOf,
  RowOf,
  Table,
  UpdateOf,
  TableColumn,
  TableColumns,
} from './table.ts'
export { oneOf, text, uuid } from './text-columns.ts'
export type { TextColumnOptions } from './text-columns.ts'
export { date, timestamp } from './time-columns.ts'
export type { TimestampColumnOptions } from './time-columns.ts'
export { boolean, bytes, json } from './value-columns.ts'
export type { BytesColumnOptions } from './value-columns.ts'
export { constraintName, endedName, isDatabaseName, snakeCase } from './names.ts'
