/**
 * Tables declared once, repositories, transactions and cancellation.
 *
 * @module
 */
export type { Adapter } from './adapter/index.ts'
export { createTables, type TableOwner } from './create-tables/index.ts'
export { database, openDatabase, runSeeds, seed, transaction } from './database/index.ts'
export type {
  Database,
  DatabaseMethods,
  DatabaseOptions,
  OpenDatabaseOptions,
  OwnedDatabase,
  PickedRepository,
  QueryLimits,
  RouteTransactionOptions,
  RunSeedsOptions,
  SeedContext,
  SeedsOptions,
  TableRepository,
} from './database/index.ts'
export { InvalidCursorError } from '@keelson/core'
export * from './errors.ts'
export type {
  FindOptions,
  FirstOptions,
  OrderBy,
  PageOptions,
  ReadOptions,
  Reads,
  Repository,
  RepositoryTable,
  StreamOptions,
} from './repository/index.ts'
export type { PutCounts, Seed, SeedRun } from './seeds/index.ts'
export type { PoolMessage, QueryMessage, TransactionMessage, TransactionOptions } from './session/index.ts'
export { sql, SqlFragment } from './sql/index.ts'
export type {
  DatabaseKysely,
  DatabaseSql,
  KyselyTables,
  QueryParameters,
  SqlBuilder,
  SqlInput,
  SqlPart,
  SqlProperty,
  SqlScalar,
  SqlTable,
  UnknownRow,
} from './sql/index.ts'
export type { KeyValueStoreOptions } from './store/index.ts'
export {
  bigint,
  boolean,
  bytes,
  date,
  decimal,
  defineTables,
  integer,
  json,
  oneOf,
  table,
  text,
  timestamp,
  uuid,
  version,
} from './table/index.ts'
export type {
  AnyColumn,
  AnyColumns,
  AnyTable,
  AnyTables,
  BigintOptions,
  BoundsOptions,
  BytesOptions,
  CheckedTables,
  Column,
  ColumnTrait,
  BodyValue,
  ReturnedValue,
  ColumnUse,
  ColumnUses,
  Edge,
  EdgeOf,
  Graph,
  IntegerOptions,
  ManyRelation,
  NowOptions,
  OneRelation,
  Reference,
  ReferenceOptions,
  ReferenceTo,
  RelationsOf,
  RelationValue,
  ReservedName,
  InsertOf,
  RowOf,
  Table,
  UpdateOf,
  TableColumn,
  TableColumns,
  TableOptions,
  AnswerSchema,
  Picked,
  TableSchema,
  Unpicked,
  TextOptions,
  TimestampOptions,
  IndexOptions,
  UniqueOptions,
  IdOfColumns,
  InsertOfColumns,
  NameOf,
  NamesOf,
  NewOfColumns,
  PatchOfColumns,
  Resolved,
  RowOfColumns,
  RowSchema,
  ShownOfColumns,
  UpdateOfColumns,
  WithRelations,
} from './table/index.ts'
