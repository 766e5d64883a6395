import type { Plugin } from '@keelson/core'
import type { OpenApiOptions } from './contract.ts'

/** What a plugin notes about the document that it serves, for the command. */
export interface DocumentNote {
  readonly document: ServedDocument
}

interface ServedDocument {
  readonly by: 'openapi' | 'docs'
  readonly options: OpenApiOptions
}

/** The options of the document that an app serves: of its first `openapi()`, else of its first `docs()`. */
export function servedOptions(plugins: readonly Plugin[]): OpenApiOptions | undefined {
  const all = plugins.flatMap(
    (plugin) => (plugin['~internal'] as Plugin['~internal'] & Partial<DocumentNote>).document ?? [],
  )
  return (all.find(({ by }) => by === 'openapi') ?? all[0])?.options
}
