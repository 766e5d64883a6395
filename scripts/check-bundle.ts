// Without this file the client for browsers grows, or takes Node along, unseen: bundles what a page would import from
// the built packages, minified, and counts the gzipped bytes. The limits are `bundles` in the size.json of a package.
import { realpathSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import type { Options } from 'tsup'
import { limitsOf } from './limits.ts'
import { builtFile, packages, report, root } from './workspace.ts'

// esbuild comes with tsup.
const fromTsup = createRequire(join(realpathSync(join(root, 'node_modules/tsup')), 'package.json'))
const { build } = fromTsup('esbuild') as {
  build(options: object): Promise<{ outputFiles: { text: string }[] }>
}

/** Siblings as they are published: in the repository their names lead to sources. */
const builtSiblings: NonNullable<Options['esbuildPlugins']>[number] = {
  name: 'built siblings',
  setup: ({ onResolve }) =>
    onResolve({ filter: /^@keelson\// }, ({ path }) => ({ path: builtFile(path) ?? '' })),
}
const problems: string[] = []

for (const pkg of packages()) {
  for (const [name, { code, gzipBytes }] of Object.entries(limitsOf(pkg).limits.bundles ?? {})) {
    // Platform browser: an import of Node does not resolve, and the build fails.
    const result = await build({
      stdin: { contents: code, resolveDir: join(pkg.dir, 'dist') },
      plugins: [builtSiblings],
      bundle: true,
      minify: true,
      write: false,
      format: 'esm',
      platform: 'browser',
      target: 'es2022',
      logLevel: 'error',
    })
    const bytes = gzipSync(result.outputFiles[0]?.text ?? '', { level: 9 }).length
    if (process.argv.includes('--print')) console.log(name, bytes)
    if (bytes > gzipBytes) problems.push(`${name} is ${bytes} bytes gzipped; its limit is ${gzipBytes}.`)
  }
}
report(problems, 'every bundle for browsers is within its limit')
