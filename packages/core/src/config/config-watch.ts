import type { ConfigField } from './config-field.ts'
import { Secret } from './secret.ts'

/** A variable that `loadConfig` loaded. */
export interface WatchedVariable {
  readonly name: string
  readonly isSecret: boolean
  /** Whether its value is the default of its schema or that for development: it is not set, or set to the same value. */
  readonly isDefault: boolean
  /** Secrets are wrapped, and do not print. */
  readonly value: unknown
}

// Shared by copies of the package: the command and the application may have different ones.
const kWatch = Symbol.for('keelson.configWatch')
type Watched = { [kWatch]?: WatchedVariable[] }

/**
 * Records what `loadConfig` loads from now on, for `keelson check`. Without this call nothing is kept.
 *
 * @returns the growing list, one for the process
 */
export function watchConfig(): readonly WatchedVariable[] {
  return ((globalThis as Watched)[kWatch] ??= [])
}

/** Records the variables of one `loadConfig` after {@link watchConfig} was called. */
export function recordConfig(
  value: unknown,
  fields: readonly ConfigField[] | undefined,
  prefix: string,
): void {
  const list = (globalThis as Watched)[kWatch]
  if (list === undefined) return
  for (const { key, node, isSecret, development } of fields ?? []) {
    const member = (value as Readonly<Record<string, unknown>>)[key]
    const plain = Secret.is(member) ? member.reveal() : member
    const isDefault =
      development === undefined
        ? node['default'] !== undefined && JSON.stringify(plain) === JSON.stringify(node['default'])
        : String(plain) === development
    list.push({ name: prefix + key, isSecret, isDefault, value: member })
  }
}
