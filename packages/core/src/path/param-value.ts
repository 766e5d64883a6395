// On the request path of calls within the process.
import { toCanonicalPath } from './path-encoding.ts'

/** Whether a path can bring a text as the value of a param, or of the rest: other texts are refused in a request, or belong to another route. */
export function isParamValue(text: string): boolean {
  if (text === '' || /\p{Surrogate}/u.test(text)) return false
  try {
    toCanonicalPath(`/${encodeURIComponent(text)}`)
    return true
  } catch {
    return false
  }
}
