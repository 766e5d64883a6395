import type { AnyMiddleware, SecurityDemand } from './middleware-contract.ts'

/** Whether a route takes requests without the credentials of a middleware: nothing of it asks for what that adds. */
export function takesAnybody(
  { describe: { isSecurityOptional = false }, adds }: AnyMiddleware,
  chain: readonly AnyMiddleware[],
): boolean {
  return isSecurityOptional && !chain.some(({ narrows = [] }) => narrows.some((name) => adds.includes(name)))
}

/** The security schemes that a middleware describes; any one of them will do. */
export function demandsOf({ describe: { security } }: AnyMiddleware): readonly SecurityDemand[] {
  if (security === undefined) return []
  const list = (Array.isArray(security) ? security : [security]) as readonly (string | SecurityDemand)[]
  return list.map((one) => (typeof one === 'string' ? { name: one } : one))
}
