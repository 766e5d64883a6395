// What is used of jose, by its subpaths: its root loads 46 files, these load 11.
import type * as Errors from 'jose/errors'
import type * as Verification from 'jose/jwt/verify'
import type * as Signatures from 'jose/jws/flattened/verify'

export interface Jose {
  readonly jwtVerify: typeof Verification.jwtVerify
  readonly flattenedVerify: typeof Signatures.flattenedVerify
  readonly errors: typeof Errors
}

/** Not before an app starts that verifies tokens. */
export async function loadJose(): Promise<Jose> {
  const [{ jwtVerify }, { flattenedVerify }, errors] = await Promise.all([
    import('jose/jwt/verify'),
    import('jose/jws/flattened/verify'),
    import('jose/errors'),
  ])
  return { jwtVerify, flattenedVerify, errors }
}
