import { withMethods, type OptionKind } from '../errors/index.ts'
import type { Logger } from './contract.ts'

const METHODS: readonly (keyof Logger)[] = [
  'trace',
  'debug',
  'info',
  'warn',
  'error',
  'fatal',
  'child',
  'isLevelEnabled',
  'flush',
]

/** The kind of value that an option takes as a logger: ours, or any that has the {@link Logger} interface. */
export const LOGGER_KIND: OptionKind = withMethods('a Logger', METHODS)
