import type { Plugin } from '../app/index.ts'
import type { OpenApiOptions } from './contract.ts'

/** The command has a copy of this package of its own: what the app's copy noted is found by a shared symbol. */
const DOCUMENTS = Symbol.for('keelson.openapi.documents')

type Documents = WeakMap<Plugin, OpenApiOptions>

function documents(): Documents {
  const shared = globalThis as { [DOCUMENTS]?: Documents }
  return (shared[DOCUMENTS] ??= new WeakMap())
}

/** Notes the options of the document that a plugin serves. */
export function serving(options: OpenApiOptions, plugin: Plugin): Plugin {
  documents().set(plugin, options)
  return plugin
}

/** The options of the document that an app serves: of its first `openapi()`, else of its first `docs()`. */
export function servedOptions(plugins: readonly Plugin[]): OpenApiOptions | undefined {
  const all = plugins.flatMap((plugin) => {
    const options = documents().get(plugin)
    return options === undefined ? [] : [{ isDocument: plugin.name.startsWith('openapi '), options }]
  })
  return (all.find((one) => one.isDocument) ?? all[0])?.options
}
