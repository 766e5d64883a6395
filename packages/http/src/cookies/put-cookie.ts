import { parseSetCookie, type SetCookie } from 'cookie'
import type { ResponseHeaders } from '@keelson/core'

/** Adds a line, in place of those for the same cookie: an answer sets none twice (RFC 6265bis §4.1.1). */
export function putCookie(headers: ResponseHeaders, cookie: SetCookie, line: string): void {
  if (headers.has('set-cookie')) {
    const lines = [...headers].flatMap(([name, value]) => (name === 'set-cookie' ? value : []))
    const kept = lines.filter((one) => !isSame(cookie, one))
    if (kept.length < lines.length) {
      headers.delete('set-cookie')
      for (const one of kept) headers.append('set-cookie', one)
    }
  }
  headers.append('set-cookie', line)
}

/** RFC 6265bis §5.7: a cookie is told by name, domain and path. */
function isSame({ name, path, domain }: SetCookie, line: string): boolean {
  if (!line.startsWith(`${name}=`)) return false
  const other = parseSetCookie(line)
  return other.path === path && other.domain?.toLowerCase() === domain?.toLowerCase()
}
