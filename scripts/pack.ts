// Without this file the checks look at the repository and not at what npm users get: packs every package into
// .cache/tarballs, with `publishConfig.exports` applied (pnpm does that, npm does not).
import { mustRun, packages, scratch } from './workspace.ts'

const destination = scratch('tarballs')
for (const pkg of packages()) {
  mustRun('pnpm', ['pack', '--pack-destination', destination], { cwd: pkg.dir })
  console.log(`packed ${pkg.name}`)
}
