import type { SecurityDemand } from '@keelson/core'

/**
 * How documents describe tokens in the header `authorization`. `Token` is not of the IANA registry, which names of the kind `http` are to be of
 * (OpenAPI 3.1 §4.8.27): generated clients know nothing of it, but send a key in whatever header.
 */
export function tokenSecurity(name: string, authScheme: 'Bearer' | 'Token'): SecurityDemand {
  if (authScheme === 'Bearer')
    return { name, scheme: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } }
  return { name, scheme: { type: 'apiKey', in: 'header', name: 'Authorization', authScheme } }
}
