export type { PutCounts, SeededDatabase, SeedRun } from './contract.ts'
export { runFiles } from './run-files.ts'
export type { Seed } from './seed-value.ts'
