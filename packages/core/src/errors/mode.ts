/** The environment in which an app runs. */
export type AppMode = 'development' | 'test' | 'production'

const MODES: readonly string[] = ['development', 'test', 'production']

/** The mode of an app: its option, else `NODE_ENV`, else `development`. Another `NODE_ENV` (`staging`) is production. */
export function resolveMode(option: AppMode | undefined): AppMode {
  if (option !== undefined) return option
  const env = process.env['NODE_ENV']
  if (env === undefined || env === '') return 'development'
  return MODES.includes(env) ? (env as AppMode) : 'production'
}
