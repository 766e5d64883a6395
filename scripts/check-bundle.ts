// Without this file the client for browsers grows, or takes Node along, unseen: bundles what a page would import from
// the built packages, minified, and counts the gzipped bytes. The limits are in bench/size/bundles.json.
import { realpathSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { report, root } from './workspace.ts'

interface Bundle {
  /** `export { createClient } from './client/fetch.js'`, relative to packages/core/dist. */
  readonly code: string
  readonly gzipBytes: number
}

// esbuild comes with tsup.
const fromTsup = createRequire(join(realpathSync(join(root, 'node_modules/tsup')), 'package.json'))
const { build } = fromTsup('esbuild') as {
  build(options: object): Promise<{ outputFiles: { text: string }[] }>
}
const bundles = JSON.parse(readFileSync(join(root, 'bench/size/bundles.json'), 'utf8')) as Record<
  string,
  Bundle
>
const problems: string[] = []

for (const [name, { code, gzipBytes }] of Object.entries(bundles)) {
  const stdin = { contents: code, resolveDir: join(root, 'packages/core/dist') }
  // Platform browser: an import of Node does not resolve, and the build fails.
  const result = await build({
    stdin,
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
report(problems, 'every bundle for browsers is within its limit')
