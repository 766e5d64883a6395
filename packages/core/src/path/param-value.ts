// On the request path of calls within the process.
import { toCanonicalPath } from './path-encoding.ts'

/** Whether a text can be the value of a param or a wildcard: a path with another text is refused, or matches another route. */
export function isParamValue(text: string): boolean {
  if (text === '' || /\p{Surrogate}/u.test(text)) return false
  try {
    toCanonicalPath(`/${encodeURIComponent(text)}`)
    return true
  } catch {
    return false
  }
}
