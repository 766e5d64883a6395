export { checkCommand, diffCommand } from './compare-commands.ts'
export type { CommandDatabase, CommandParts, CommandSeeds } from './contract.ts'
export { pullCommand } from './pull-command.ts'
export {
  createCommand,
  migrateCommand,
  resetCommand,
  rollbackCommand,
  statusCommand,
} from './migration-commands.ts'
export { seedCommand } from './seed-command.ts'
