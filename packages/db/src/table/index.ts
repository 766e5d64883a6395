export {
  bigint,
  boolean,
  bytes,
  date,
  decimal,
  integer,
  json,
  oneOf,
  text,
  timestamp,
  uuid,
  version,
} from './builders.ts'
export type {
  BigintOptions,
  BoundsOptions,
  BytesOptions,
  IntegerOptions,
  TextOptions,
  TimestampOptions,
} from './builders.ts'
export type { CheckedTables } from './check-types.ts'
export type {
  AnyColumn,
  AnyColumns,
  Column,
  ColumnTrait,
  BodyValue,
  ColumnUse,
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
  RelationsOf,
  RelationValue,
  WithRelations,
} from './graph.ts'
export { keyBytes } from './make-facts.ts'
export type { ReservedName } from './reserved-names.ts'
export type { TableSchema } from './table-schema.ts'
export type {
  IdOfColumns,
  InsertOfColumns,
  NamesOf,
  NewOfColumns,
  PatchOfColumns,
  Resolved,
  RowOfColumns,
  ShownOfColumns,
  UpdateOfColumns,
} from './table-types.ts'
export { table } from './table.ts'
export type {
  AnyTable,
  AnyTables,
  Table,
  TableColumn,
  TableColumns,
  TableOptions,
  UniqueOptions,
} from './table.ts'
