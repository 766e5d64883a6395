// Everything that must be there before the first server starts: Keelson as published, the peers, the servers' code.
import { existsSync, mkdirSync, rmSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { benchDir, distDir, packedCoreDir, rootDir, scratchDir } from './paths.ts'
import { mustRun } from './run-command.ts'

/** Builds and packs Keelson, installs the peers, compiles the servers. */
export function prepare(skipsBuild: boolean): void {
  console.log('Preparing: Keelson as it is published, the peers, the servers …')
  if (!skipsBuild) packCore()
  mustRun('pnpm', ['install', '--frozen-lockfile'], benchDir)
  rmSync(distDir, { recursive: true, force: true })
  mustRun(join(benchDir, 'node_modules', '.bin', 'tsc'), ['-p', 'tsconfig.json'], benchDir)
}

/** What is measured is what npm users get: built, with the published exports. Its dependencies are the workspace's. */
function packCore(): void {
  const source = join(rootDir, 'packages', 'core')
  mustRun('pnpm', ['run', 'build'], source)
  rmSync(scratchDir, { recursive: true, force: true })
  mkdirSync(packedCoreDir, { recursive: true })
  const tarball = join(scratchDir, 'core.tgz')
  mustRun('pnpm', ['pack', '--out', tarball], source)
  mustRun('tar', ['-xzf', tarball, '-C', packedCoreDir, '--strip-components=1'])
  if (!existsSync(join(packedCoreDir, 'dist', 'index.js')))
    throw new Error('The packed core has no dist/index.js.')
  symlinkSync(join(source, 'node_modules'), join(packedCoreDir, 'node_modules'), 'dir')
}
