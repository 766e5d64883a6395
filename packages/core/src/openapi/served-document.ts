import type { Plugin } from '../app/index.ts'
import type { OpenApiOptions } from './contract.ts'

/** Where a plugin says of what options its document is made. By a shared symbol: the command has its own copy of this. */
const DOCUMENT = Symbol.for('keelson.openapi.document')

/** A plugin that serves a document with these options. */
export function serving(options: OpenApiOptions, plugin: Plugin): Plugin {
  return Object.assign(plugin, { [DOCUMENT]: options })
}

/** The options of the document that an app serves: of its first `openapi()`, else of its first `docs()`. */
export function servedOptions(plugins: readonly Plugin[]): OpenApiOptions | undefined {
  const all = plugins.flatMap((plugin) => {
    const options = (plugin as { readonly [DOCUMENT]?: OpenApiOptions })[DOCUMENT]
    return options === undefined ? [] : [{ isDocument: plugin.name.startsWith('openapi '), options }]
  })
  return (all.find((one) => one.isDocument) ?? all[0])?.options
}
