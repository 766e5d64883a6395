import type { ErrorReader } from '@keelson/client'
import type { App } from '@keelson/core'

/** Reads errors in each format that routes of an app have: a router may have one of its own. */
export function errorReaderOf({ plans }: Pick<App, 'plans'>): ErrorReader {
  const formats = [...new Set(plans.map(({ errorFormat }) => errorFormat))]
  const [first, ...others] = formats
  if (first !== undefined && others.length === 0) return first
  return {
    status: formats.some(({ status }) => status !== undefined) || undefined,
    read: (body, status) => {
      for (const format of formats) {
        const wire = readBy(format, body, status)
        if (wire !== undefined) return wire
      }
      return undefined
    },
  }
}

/** A format may throw for what is of another one. */
function readBy(format: ErrorReader, body: unknown, status: number): ReturnType<ErrorReader['read']> {
  try {
    return format.read(body, status)
  } catch {
    return undefined
  }
}
