// Without this file users who emit declarations may meet "The inferred type cannot be named" (TS2742, TS2883, TS4023),
// since pnpm does not let them reach our dependencies, siblings included: emits the declarations of each package's
// test/declarations/*.ts in a project that installed this package alone and what it is a peer of, with pnpm. And they
// may meet declarations of ours that name a type which the newest types of Node have no more.
import { copyFileSync, globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { outsideProject } from './outside.ts'
import { packages, report, root, run, subpaths, tarballOf, type Package } from './workspace.ts'

const EMIT = { noEmit: false, declaration: true, emitDeclarationOnly: true, rootDir: 'src', outDir: 'types' }

const problems: string[] = []
let files = 0
for (const pkg of packages()) checkPackage(pkg)
checkWithNewestNode()
report(problems, `${files} files emit declarations that name only what is published`)

function checkPackage(pkg: Package): void {
  // Nobody imports a package that is a command alone.
  if (subpaths(pkg).length === 0) return
  const sources = globSync('test/declarations/*.ts', { cwd: pkg.dir })
  if (sources.length === 0) problems.push(`${pkg.name} has no test/declarations/*.ts.`)
  const peers = packages().filter(({ name }) => name in pkg.peerDependencies)
  const dependencies = {
    ...Object.fromEntries(peers.map((peer) => [peer.name, `file:${tarballOf(peer)}`])),
    '@types/node': '^24.0.0',
  }
  const dir = outsideProject({ manager: 'pnpm', only: [pkg], dependencies, compilerOptions: EMIT })
  mkdirSync(join(dir, 'src'))
  for (const source of sources) copyFileSync(join(pkg.dir, source), join(dir, 'src', basename(source)))
  files += sources.length
  const { ok, output } = run('tsc', ['-p', dir], { cwd: root })
  if (!ok) problems.push(output)
  // A declaration that names a path of ours compiles today and breaks with the next release.
  for (const file of globSync('types/**/*.d.ts', { cwd: dir })) {
    const deep = /import\("[^"]*(?:\/dist\/|\.pnpm|node_modules)[^"]*"\)/.exec(
      readFileSync(join(dir, file), 'utf8'),
    )
    if (deep !== null) problems.push(`The declarations of ${file} name ${deep[0]}.`)
  }
}

/** All that is published, in one project. */
function checkWithNewestNode(): void {
  const dir = outsideProject({ manager: 'pnpm', dependencies: { '@types/node': 'latest' } })
  const imports = packages()
    .flatMap(subpaths)
    .map(({ specifier }) => `import '${specifier}'`)
  writeFileSync(join(dir, 'all.ts'), imports.join('\n'))
  const { ok, output } = run('tsc', ['-p', dir], { cwd: root })
  if (!ok) problems.push(output)
}
