import type { SetupProblem } from '../errors/index.ts'

// Shared by copies of the package. Tests make apps of every mode in one process, so that only development is noted.
const kDeveloped = Symbol.for('keelson.developmentValues')
type Noted = { [kDeveloped]?: Set<string> }

/** Notes the variables of which `loadConfig` has taken the value for development. */
export function noteDevelopmentValues(names: readonly string[]): void {
  const noted = ((globalThis as Noted)[kDeveloped] ??= new Set())
  for (const name of names) noted.add(name)
}

/** The problems of an app in production whose process has values for development: its mode is known to `createApp` alone. */
export function developmentValueProblems(): SetupProblem[] {
  return [...((globalThis as Noted)[kDeveloped] ?? [])].map((name) => ({
    code: 'ERR_CORE_CONFIG_MISSING',
    place: name,
    message:
      'It has its value for development, which everybody can read in the code, and the app runs in production.',
    remedy: `Set ${name}, and NODE_ENV=production or loadConfig(…, { mode: 'production' }).`,
  }))
}
