import type { ConfigField } from './config-field.ts'
import { Secret } from './secret.ts'

/** A variable as `loadConfig` found it. */
export interface WatchedVariable {
  readonly name: string
  readonly isSecret: boolean
  /** Whether its schema has a default, and that is its value: nobody set it, or to the same. */
  readonly isDefault: boolean
  /** Secrets are wrapped, and do not print. */
  readonly value: unknown
}

// Shared by copies of the package: the command's and the application's need not be the same.
const kWatch = Symbol.for('keelson.configWatch')
type Watched = { [kWatch]?: WatchedVariable[] }

/**
 * From now on notes what `loadConfig` loads, for `keelson check`. Without it nothing is kept.
 *
 * @returns the list, which grows; one for the process
 */
export function watchConfig(): readonly WatchedVariable[] {
  return ((globalThis as Watched)[kWatch] ??= [])
}

/** Notes the variables of one `loadConfig`, if anybody watches. */
export function tellConfig(value: unknown, fields: readonly ConfigField[] | undefined, prefix: string): void {
  const list = (globalThis as Watched)[kWatch]
  if (list === undefined) return
  for (const { key, node, isSecret } of fields ?? []) {
    const member = (value as Readonly<Record<string, unknown>>)[key]
    const plain = Secret.is(member) ? member.reveal() : member
    const isDefault =
      node['default'] !== undefined && JSON.stringify(plain) === JSON.stringify(node['default'])
    list.push({ name: prefix + key, isSecret, isDefault, value: member })
  }
}
