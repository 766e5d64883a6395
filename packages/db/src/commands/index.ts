export { checkCommand, diffCommand } from './compare-commands.ts'
export type { CommandDatabase, CommandParts } from './contract.ts'
export {
  createCommand,
  migrateCommand,
  resetCommand,
  rollbackCommand,
  statusCommand,
} from './migration-commands.ts'
