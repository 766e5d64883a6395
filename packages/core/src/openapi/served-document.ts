import type { Plugin } from '../app/index.ts'
import type { OpenApiOptions } from './contract.ts'

/** A plugin that serves a document. The command reads of it what the document is made with. */
export interface DocumentPlugin extends Plugin {
  readonly '~internal': { readonly document: ServedDocument }
}

interface ServedDocument {
  readonly by: 'openapi' | 'docs'
  readonly options: OpenApiOptions
}

/** The options of the document that an app serves: of its first `openapi()`, else of its first `docs()`. */
export function servedOptions(plugins: readonly Plugin[]): OpenApiOptions | undefined {
  const all = plugins.flatMap((plugin) => (plugin as Partial<DocumentPlugin>)['~internal']?.document ?? [])
  return (all.find(({ by }) => by === 'openapi') ?? all[0])?.options
}
