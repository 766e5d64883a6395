// Without this file the built package would read the page of docs() from disk, where bundlers and packed programs do not
// find it: the build puts the texts of packages/openapi/src/page into the module that reads them.
import { pathToFileURL } from 'node:url'
import type { Options } from 'tsup'

type Plugin = NonNullable<Options['esbuildPlugins']>[number]

/** Puts the texts in. Ends a build that does not have the module. */
export function inlineDocsPage(): Plugin {
  return {
    name: 'docs page',
    setup(build) {
      let isThere = false
      build.onLoad({ filter: /[\\/]page-files\.ts$/ }, async ({ path }) => {
        isThere = true
        const values = (await import(pathToFileURL(path).href)) as { readonly PAGE_FILES: object }
        return { contents: `export const PAGE_FILES = ${JSON.stringify(values.PAGE_FILES)}`, loader: 'js' }
      })
      build.onEnd(() => {
        if (!isThere) throw new Error('The build has no page-files.ts, whose page it should hold.')
      })
    },
  }
}
