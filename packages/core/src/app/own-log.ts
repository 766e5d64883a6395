import {
  createLogger,
  isPrettyByDefault,
  LOGGER_KIND,
  type Logger,
  type LoggerOptions,
  type RootLogger,
} from '../log/index.ts'
import type { AppMode } from './options.ts'

/** The mode of the app decides how its lines look, which `NODE_ENV` need not say. */
export function ownLogger(name: string, options: LoggerOptions | undefined, mode: AppMode): RootLogger {
  const pretty = options?.pretty ?? isPrettyByDefault(options?.destination, mode)
  return createLogger({ name, ...options, pretty })
}

export function isLogger(value: unknown): value is Logger {
  return LOGGER_KIND.test(value)
}
