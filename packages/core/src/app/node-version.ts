import type { SetupProblem } from '../errors/index.ts'

/** As in `engines` of the package, for which installers only print a warning. */
const OLDEST = { major: 22, minor: 21 }

/**
 * Refuses an older Node, which lacks what the transport needs and would drop requests silently.
 *
 * @param versions - `process.versions`; runtimes that add their own name to it are not Node
 */
export function oldNode(versions: NodeJS.ProcessVersions = process.versions): SetupProblem[] {
  if ('bun' in versions || 'deno' in versions) return []
  const [major = 0, minor = 0] = versions.node.split('.').map(Number)
  if (major > OLDEST.major || (major === OLDEST.major && minor >= OLDEST.minor)) return []
  return [
    {
      code: 'ERR_CORE_NODE_VERSION',
      place: 'app',
      message: `Node ${versions.node} is too old.`,
      remedy: `Use Node ${OLDEST.major}.${OLDEST.minor} or later.`,
    },
  ]
}
