// The databases over which the tests of repositories run.
import type { Adapter } from '../../src/adapter/index.ts'
import { sqlite } from '../../src/sqlite/index.ts'

/** A database of one test file. */
export interface Database {
  readonly adapter: Adapter
  drop(): Promise<void>
}

/** Makes a database; undefined where its server is not at hand. */
export type MakeDatabase = () => Promise<Database | undefined>

/** Systems by name. */
export const SYSTEMS: readonly (readonly [name: string, make: MakeDatabase])[] = [
  ['SQLite', () => Promise.resolve({ adapter: sqlite(':memory:'), drop: () => Promise.resolve() })],
]
