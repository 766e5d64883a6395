import type { WireError } from './wire-error.ts'

/**
 * Reads an error by RFC 9457 with the members that Keelson adds. Those of the wrong type are ignored, as are unknown ones
 * (§3.1); without a code it is not ours. In few bytes: the client brings it along to browsers.
 */
export function readProblem(body: unknown, status: number): WireError | undefined {
  // Texts, numbers and nothing have no such members.
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
