import type { AnyPluginDefinition, Plugin } from './plugin-contract.ts'

const kPlugin = Symbol.for('keelson.plugin')

/** Makes a plugin of parts that are known to be right, with what else the framework reads of it. */
export function makePlugin<T extends object>(definition: AnyPluginDefinition, more?: T): Plugin {
  const value = { name: definition.name, '~internal': Object.freeze({ ...more, definition }) }
  return Object.freeze(Object.defineProperty(value, kPlugin, { value: true }))
}

/** Whether a value was made by {@link plugin}, in any copy of the package. */
export function isPlugin(value: unknown): value is Plugin {
  return typeof value === 'object' && value !== null && kPlugin in value
}

/** The parts of a plugin. */
export function partsOf(one: Plugin): AnyPluginDefinition {
  return one['~internal'].definition
}

/** How messages call a plugin. */
export function placeOf({ name }: Plugin): string {
  return `plugin ${name}`
}
