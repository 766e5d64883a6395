// On the request path, for requests that carry the header: strict, so that what is passed on is valid.

const MAX_MEMBERS = 32
// §3.3.1.3: key and value of one list member.
const MEMBER =
  /^[a-z0-9][a-z0-9_\-*/@]{0,255}=[\x20-\x2b\x2d-\x3c\x3e-\x7e]{0,255}[\x21-\x2b\x2d-\x3c\x3e-\x7e]$/

/**
 * Checks a `tracestate` header field value (Trace Context Level 2, §3.3.1).
 *
 * @returns the list without optional white space and empty members; undefined when it is empty, breaks the grammar,
 * names a key twice or has more than 32 members
 */
export function tryParseTracestate(value: string): string | undefined {
  const members: string[] = []
  const keys = new Set<string>()
  for (const part of value.split(',')) {
    const member = trimOws(part)
    if (member === '') continue
    if (members.length === MAX_MEMBERS || !MEMBER.test(member)) return undefined
    const key = member.slice(0, member.indexOf('='))
    if (keys.has(key)) return undefined
    keys.add(key)
    members.push(member)
  }
  return members.length === 0 ? undefined : members.join(',')
}

// Not `trim`: only space and horizontal tab are optional white space (RFC 9110 §5.6.3).
function trimOws(text: string): string {
  let start = 0
  let end = text.length
  while (start < end && isOws(text.charCodeAt(start))) start++
  while (end > start && isOws(text.charCodeAt(end - 1))) end--
  return start === 0 && end === text.length ? text : text.slice(start, end)
}

function isOws(code: number): boolean {
  return code === 0x20 || code === 0x09
}
