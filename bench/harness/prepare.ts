// Everything that must be there before the first server starts: Keelson as published, the peers, the servers' code.
import { existsSync, globSync, mkdirSync, readdirSync, rmSync, symlinkSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { copyConduit } from './conduit.ts'
import { benchDir, distDir, packedDir, rootDir, scratchDir, typescript } from './paths.ts'
import { mustRun } from './run-command.ts'

/** Builds and packs Keelson, installs the peers, compiles the servers. */
export function prepare(skipsBuild: boolean): void {
  console.log('Preparing: Keelson as it is published, the peers, the servers …')
  if (!skipsBuild) packKeelson()
  mustRun('pnpm', ['install', '--frozen-lockfile'], benchDir)
  copyConduit()
  rmSync(distDir, { recursive: true, force: true })
  mustRun(process.execPath, [typescript, '-p', 'tsconfig.json'], benchDir)
}

/**
 * What is measured is what npm users get: built, with the published exports. Their dependencies are the workspace's, but for
 * siblings, which are packed as well.
 */
function packKeelson(): void {
  mustRun('pnpm', ['run', 'build'], rootDir)
  rmSync(scratchDir, { recursive: true, force: true })
  const names = readdirSync(join(rootDir, 'packages'))
  for (const name of names) pack(name)
  for (const name of names) linkDependencies(name)
}

function pack(name: string): void {
  const dir = packedDir(name)
  mkdirSync(dir, { recursive: true })
  const tarball = join(scratchDir, `${name}.tgz`)
  mustRun('pnpm', ['pack', '--out', tarball], join(rootDir, 'packages', name))
  mustRun('tar', ['-xzf', tarball, '-C', dir, '--strip-components=1'])
  if (!existsSync(join(dir, 'dist'))) throw new Error(`The packed ${name} was not built.`)
}

function linkDependencies(name: string): void {
  const installed = join(rootDir, 'packages', name, 'node_modules')
  const target = join(packedDir(name), 'node_modules')
  for (const found of globSync(['[!@.]*', '@*/*'], { cwd: installed })) {
    const isSibling = found.startsWith('@keelson/')
    mkdirSync(dirname(join(target, found)), { recursive: true })
    symlinkSync(isSibling ? packedDir(basename(found)) : join(installed, found), join(target, found), 'dir')
  }
}
