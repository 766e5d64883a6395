export { checkCommand } from './check-command.ts'
export { inspectMigrations } from './check-migrations.ts'
export type { CommandDatabase, CommandParts, CommandSeeds } from './contract.ts'
export { diffCommand } from './diff-command.ts'
export { pullCommand } from './pull-command.ts'
export {
  createCommand,
  migrateCommand,
  resetCommand,
  rollbackCommand,
  statusCommand,
} from './migration-commands.ts'
export { seedCommand } from './seed-command.ts'
