import { isMediaType } from '@keelson/contract'
import { acceptWeight, ArgumentError, NotAcceptableError, type BaseContext } from '@keelson/core'

type Asked = Pick<BaseContext, 'header' | 'responseHeaders'>

/**
 * The media type that a client prefers among those that a handler can give, by the header `accept` (RFC 9110 §12.5.1). Of
 * equal ones, and without that header, the first. The answer then says `vary: accept`.
 *
 * @param types - what the handler can give, without parameters, the usual one first
 * @throws {NotAcceptableError} 406, when the client accepts none of them
 * @throws {ArgumentError} `ERR_CORE_ARGUMENT` for what is not a media type
 * @example
 * const show = route.get('/order', { access: 'public' }, (ctx) => {
 *   const type = preferredType(ctx, ['application/vnd.shop.order.v2+json', 'application/vnd.shop.order.v1+json'])
 *   return reply(200, type.includes('.v1') ? { id: 1 } : { orderId: 1 }, { 'content-type': type })
 * })
 */
export function preferredType<const T extends string>(
  { header, responseHeaders }: Asked,
  types: readonly [T, ...T[]],
): T {
  const wrong = types.find((type) => !isMediaType(type) || type.includes(';'))
  if (wrong !== undefined || types.length === 0)
    throw new ArgumentError(`preferredType: ${JSON.stringify(wrong)} is not a media type without parameters.`)
  responseHeaders.vary('accept')
  const accept = header('accept')
  let best: T | undefined
  let most = 0
  for (const type of types) {
    const weight = acceptWeight(accept, type.toLowerCase())
    if (weight > most) [best, most] = [type, weight]
  }
  if (best === undefined) throw new NotAcceptableError(`This route gives ${types.join(', ')} only.`)
  return best
}
