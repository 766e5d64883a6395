import { essenceOf } from '@keelson/contract'
import type { Plan } from '../operation/index.ts'
import { takenTypes } from '../route/index.ts'

/**
 * The media types that the QUERY route of a path accepts, as the value of `accept-query`
 * (draft-ietf-httpbis-safe-method-w-body §3): a list of tokens, with strings for what is not a token (RFC 9651 §3.3.4).
 */
export function acceptQueryOf({ flat }: Plan): string | undefined {
  const types = flat === undefined ? [] : takenTypes(flat.route.options).map(essenceOf)
  if (types.length === 0) return undefined
  return [...new Set(types)].map((type) => (/^[a-z*]/.test(type) ? type : `"${type}"`)).join(', ')
}
