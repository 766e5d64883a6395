import { ArgumentError, NotAcceptableError, type BaseContext } from '@keelson/core'
import { essenceOf, isMediaType, matchesRange } from '@keelson/contract'

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
  const ranges = rangesOf(header('accept') ?? '')
  if (ranges.length === 0) return types[0]
  let best: T | undefined
  let most = 0
  for (const type of types) {
    const weight = weightOf(type.toLowerCase(), ranges)
    if (weight > most) [best, most] = [type, weight]
  }
  if (best === undefined) throw new NotAcceptableError(`This route gives ${types.join(', ')} only.`)
  return best
}

interface Range {
  readonly media: string
  readonly weight: number
}

function rangesOf(accept: string): Range[] {
  return accept
    .split(',')
    .filter((member) => member.trim() !== '')
    .map((member) => ({ media: essenceOf(member), weight: weightIn(member) }))
}

/** RFC 9110 §12.4.2: from 0 to 1, with three digits at most. What is not one counts as 1, as if it were not there. */
function weightIn(member: string): number {
  const [, text] = /;\s*q=([01](?:\.\d{0,3})?)\s*(?:;|$)/i.exec(member) ?? []
  return text === undefined ? 1 : Math.min(1, Number(text))
}

/** The most specific range that matches decides. */
function weightOf(type: string, ranges: readonly Range[]): number {
  const matching = ranges.filter(({ media }) => matchesRange(media, type))
  const rank = ({ media }: Range): number => (media === '*/*' ? 0 : media.endsWith('/*') ? 1 : 2)
  const highest = Math.max(-1, ...matching.map(rank))
  return Math.max(0, ...matching.filter((range) => rank(range) === highest).map(({ weight }) => weight))
}
