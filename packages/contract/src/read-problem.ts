import type { WireError } from './wire-error.ts'

/**
 * Reads an error of RFC 9457 with the members that Keelson adds. Members of the wrong type are ignored, as are unknown ones
 * (§3.1); a body without a code is not an error of Keelson. Kept short, since browsers load it with the client.
 */
export function readProblem(body: unknown, status: number): WireError | undefined {
  // A text, a number, null and undefined have no such members.
  const problem = Object(body) as { readonly [member: string]: unknown }
  const { errors, details = errors } = problem
  const text = (member: string): string | undefined => {
    const value = problem[member]
    if (typeof value === 'string' && value) return value
    return undefined
  }
  const code = text('code')
  if (!code) return undefined
  return {
    code,
    status,
    title: text('title') ?? code,
    detail: text('detail'),
    details,
    requestId: text('requestId'),
  }
}
