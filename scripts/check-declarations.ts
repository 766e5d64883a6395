// Without this file users who emit declarations may meet "The inferred type cannot be named" (TS2742, TS2883, TS4023),
// since pnpm does not let them reach our dependencies: emits the declarations of each package's
// test/declarations/*.ts in a project that installed the tarballs with pnpm.
import { copyFileSync, globSync, mkdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { outsideProject } from './outside.ts'
import { packages, report, root, run } from './workspace.ts'

const problems: string[] = []
const dir = outsideProject({
  manager: 'pnpm',
  compilerOptions: {
    noEmit: false,
    declaration: true,
    emitDeclarationOnly: true,
    rootDir: 'src',
    outDir: 'types',
  },
})
let files = 0

for (const pkg of packages()) {
  const folder = join(dir, 'src', basename(pkg.dir))
  mkdirSync(folder, { recursive: true })
  const sources = globSync('test/declarations/*.ts', { cwd: pkg.dir })
  if (sources.length === 0) problems.push(`${pkg.name} has no test/declarations/*.ts.`)
  for (const source of sources) copyFileSync(join(pkg.dir, source), join(folder, basename(source)))
  files += sources.length
}

const { ok, output } = run('tsc', ['-p', dir], { cwd: root })
if (!ok) problems.push(output)
// A declaration that names a path of ours compiles today and breaks with the next release.
for (const file of globSync('types/**/*.d.ts', { cwd: dir })) {
  const deep = /import\("[^"]*(?:\/dist\/|\.pnpm|node_modules)[^"]*"\)/.exec(
    readFileSync(join(dir, file), 'utf8'),
  )
  if (deep !== null) problems.push(`The declarations of ${file} name ${deep[0]}.`)
}
report(problems, `${files} files emit declarations that name only what is published`)
