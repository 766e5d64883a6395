import { fileURLToPath } from 'node:url'

/** Lines of our builds, and of this folder, do not help the user. */
const OUR_BUILDS = /[\\/]node_modules[\\/]@keelson[\\/][a-z-]+[\\/]dist[\\/]/
const OWN_FOLDER = fileURLToPath(new URL('.', import.meta.url))

/**
 * Notes the line of code that called `below`. V8 formats it only when `stack` is read.
 *
 * @returns a function that returns `src/main.ts:12`, relative to the working directory, or `undefined` if unknown
 */
export function callSite(below: (...args: never[]) => unknown): () => string | undefined {
  const holder: { stack?: string } = {}
  const limit = Error.stackTraceLimit
  Error.stackTraceLimit = 1
  Error.captureStackTrace(holder, below)
  Error.stackTraceLimit = limit
  let site: string | undefined
  let isRead = false
  return () => {
    if (!isRead) site = formatFrame(holder.stack)
    isRead = true
    return site
  }
}

function formatFrame(stack: string | undefined): string | undefined {
  const frame = /\(?((?:file:\/\/|\/|[A-Za-z]:[\\/])[^()\n]*?):(\d+):\d+\)?\s*$/.exec(stack ?? '')
  if (frame === null) return undefined
  const file = frame[1]!.startsWith('file://') ? fileURLToPath(frame[1]!) : frame[1]!
  if (OUR_BUILDS.test(file) || file.startsWith(OWN_FOLDER)) return undefined
  const here = `${process.cwd()}/`
  return `${file.startsWith(here) ? file.slice(here.length) : file}:${frame[2]}`
}
