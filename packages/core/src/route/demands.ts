import type { AnyMiddleware, SecurityDemand } from './middleware-contract.ts'

/** The security schemes that a middleware describes; any one of them will do. */
export function demandsOf({ describe: { security } }: AnyMiddleware): readonly SecurityDemand[] {
  if (security === undefined) return []
  const list = (Array.isArray(security) ? security : [security]) as readonly (string | SecurityDemand)[]
  return list.map((one) => (typeof one === 'string' ? { name: one } : one))
}
