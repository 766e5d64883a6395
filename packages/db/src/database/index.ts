export type {
  Database,
  DatabaseMethods,
  OwnedDatabase,
  PickedRepository,
  TableRepository,
} from './contract.ts'
export { openDatabase, type OpenDatabaseOptions } from './open-database.ts'
export type { DatabaseOptions, QueryLimits, SeedsOptions, StoreOfAppOptions } from './options.ts'
export { database } from './plugin.ts'
export { runSeeds, seed, type RunSeedsOptions, type SeedContext } from './seed.ts'
export { transaction, type RouteTransactionOptions } from './transaction.ts'
