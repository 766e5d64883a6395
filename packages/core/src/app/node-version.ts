import type { SetupProblem } from '../errors/index.ts'

/** As in `engines` of the package, which installers only warn of. */
const OLDEST = { major: 22, minor: 21 }

/**
 * An older Node lacks what the transport asks of it, and would drop requests in silence.
 *
 * @param versions - `process.versions`; runtimes with a name of their own in it are not Node
 */
export function oldNode(versions: NodeJS.ProcessVersions = process.versions): SetupProblem[] {
  if ('bun' in versions || 'deno' in versions) return []
  const [major = 0, minor = 0] = versions.node.split('.').map(Number)
  if (major > OLDEST.major || (major === OLDEST.major && minor >= OLDEST.minor)) return []
  return [
    {
      code: 'ERR_CORE_NODE_VERSION',
      place: 'app',
      message: `It runs on Node ${versions.node}, which is too old.`,
      remedy: `Use Node ${OLDEST.major}.${OLDEST.minor} or later.`,
    },
  ]
}
