import type { AnyPluginDefinition, Plugin } from './plugin-contract.ts'

const kPlugin = Symbol.for('keelson.plugin')

/** Makes a plugin from a valid definition, with more members for the framework. */
export function makePlugin<T extends object>(definition: AnyPluginDefinition, more?: T): Plugin {
  const value = { name: definition.name, '~internal': Object.freeze({ ...more, definition }) }
  return Object.freeze(Object.defineProperty(value, kPlugin, { value: true }))
}

/** Whether a value was made by {@link plugin}, in any copy of the package. */
export function isPlugin(value: unknown): value is Plugin {
  return typeof value === 'object' && value !== null && kPlugin in value
}

/** The definition of a plugin. */
export function partsOf(one: Plugin): AnyPluginDefinition {
  return one['~internal'].definition
}

/** The name of a plugin in messages. */
export function placeOf({ name }: Plugin): string {
  return `plugin ${name}`
}
