/**
 * For those who write an adapter of a database: the contracts that it is written against, and what it promises, as tests that run in any
 * runner. It is bound to the version of the package.
 *
 * @module
 */
export type {
  Adapter,
  Ask,
  BeginOptions,
  Change,
  ChangeEnds,
  ChangeOf,
  ChangeWriters,
  CheckDescription,
  Codec,
  ColumnDescription,
  ColumnLists,
  ColumnReading,
  Connection,
  DatabaseCopies,
  DatabaseDescription,
  Databases,
  DefaultDescription,
  Dialect,
  DriverFailure,
  DriverRow,
  DriverValue,
  IndexColumn,
  IndexDescription,
  Lane,
  ListedDatabase,
  MaybePromise,
  NamedKey,
  OtherObject,
  PoolSettings,
  PrimaryDescription,
  ReferenceAction,
  ReferenceDescription,
  Result,
  ResultColumn,
  SchemaTools,
  Statement,
  TableDescription,
  ViolatedReference,
} from '../adapter/index.ts'
export { databaseSuite, type DatabaseSubject } from './database-suite.ts'
export type {
  ColumnFacts,
  ColumnLimits,
  IndexFacts,
  ReferenceFacts,
  RelationFacts,
  TableFacts,
  TablesFacts,
} from '../table/index.ts'
