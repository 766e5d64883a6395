import { fileURLToPath } from 'node:url'

/** Our lines do not help the user: those of our builds, and where our source runs, of the folders beside this package. */
const OUR_BUILDS = /[\\/]node_modules[\\/]@keelson[\\/][a-z-]+[\\/](?:dist|src)[\\/]/
const OUR_SOURCE = import.meta.url.endsWith('/contract/src/options/call-site.ts')
  ? fileURLToPath(new URL('../../..', import.meta.url))
  : undefined
const OF_SOURCE = /^[a-z-]+[\\/]src[\\/](?!.*\.test\.ts$)/

/** Our functions call each other: a rule of `auth` is a middleware of `core`. */
const MAX_FRAMES = 10

/**
 * Notes the line of code that called `below`, by way of our packages or not. V8 formats it only when `stack` is read.
 *
 * @returns a function that returns `src/main.ts:12`, relative to the working directory, or `undefined` if unknown
 */
export function callSite(below: (...args: never[]) => unknown): () => string | undefined {
  const holder: { stack?: string } = {}
  const limit = Error.stackTraceLimit
  Error.stackTraceLimit = MAX_FRAMES
  Error.captureStackTrace(holder, below)
  Error.stackTraceLimit = limit
  let site: string | undefined
  let isRead = false
  return () => {
    if (!isRead) site = formatSite(holder.stack)
    isRead = true
    return site
  }
}

const FRAME = /\(?((?:file:\/\/|\/|[A-Za-z]:[\\/])[^()\n]*?):(\d+):\d+\)?\s*$/

/** The first frame that is not ours. */
function formatSite(stack = ''): string | undefined {
  for (const line of stack.split('\n')) {
    const [, at, row] = FRAME.exec(line) ?? []
    if (at === undefined) continue
    const file = at.startsWith('file://') ? fileURLToPath(at) : at
    if (isOurs(file)) continue
    const here = `${process.cwd()}/`
    return `${file.startsWith(here) ? file.slice(here.length) : file}:${row}`
  }
  return undefined
}

function isOurs(file: string): boolean {
  if (OUR_BUILDS.test(file)) return true
  return (
    OUR_SOURCE !== undefined && file.startsWith(OUR_SOURCE) && OF_SOURCE.test(file.slice(OUR_SOURCE.length))
  )
}
