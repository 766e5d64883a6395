// Which issuer a token names, before anything of it is verified: it chooses who verifies, and decides nothing else.

/** @returns `undefined` for what is not a token; without `iss` where it names none */
export function issuerOf(token: string): { readonly iss: unknown } | undefined {
  const [, claims, signature, more] = token.split('.', 4)
  if (claims === undefined || signature === undefined || more !== undefined) return undefined
  try {
    const read: unknown = JSON.parse(Buffer.from(claims, 'base64url').toString())
    return typeof read === 'object' && read !== null ? { iss: (read as { iss?: unknown }).iss } : undefined
  } catch {
    return undefined
  }
}
