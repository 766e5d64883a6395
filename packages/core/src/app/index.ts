export { Application } from './application.ts'
export type {
  App,
  AppInspection,
  FetchInfo,
  Listening,
  ListenOptions,
  ListenTarget,
  Transports,
} from './contract.ts'
export type {
  AnyInput,
  AnyOperation,
  InvokeArgs,
  InvokeNameFits,
  InvokeOptions,
  InvokeResult,
  Operation,
  OperationAt,
  ResultAt,
  UnknownError,
} from './call/contract.ts'
export type { HeldUp, StopReport } from './lifecycle.ts'
export type {
  ApplicationOptions,
  HealthOptions,
  AppMode,
  PhaseLimits,
  PortOptions,
  RequestIdOptions,
} from './options.ts'
export type { ContentCoding, ContentCodingDefinition } from './content-coding.ts'
export { APPLICATION_OPTIONS, CODING_OPTION } from './option-tables.ts'
export { OWN_COMMANDS, type NamedCommand } from './command-problems.ts'
export type {
  ArgumentValues,
  CheckedRun,
  CommandAbout,
  CommandArgument,
  CommandArguments,
  CommandCall,
  CommandIo,
  CommandResult,
  PluginCommand,
  StartedRun,
} from './plugin-command.ts'
export { handleSignals } from './signals.ts'
export type {
  AppSetup,
  CheckedApp,
  Health,
  Inspection,
  InspectOptions,
  Plugin,
  PluginDefinition,
  PluginServices,
  RunningApp,
  ScopedServices,
} from './plugin-contract.ts'
export { plugin } from './plugin.ts'
export { publicOrigin } from './public-url.ts'
export { partsOf } from './plugin-value.ts'
export {
  BUS,
  CACHE_STORE,
  CLOCK,
  DATABASE,
  FRAME,
  KEY_VALUE_STORE,
  KEYS,
  LOGGER,
  RANDOM,
  type TransactionalDatabase,
} from './tokens.ts'
export { redirectLogs } from '../log/index.ts'
