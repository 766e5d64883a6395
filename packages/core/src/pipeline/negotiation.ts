// On the request path: media types in and out.
import { NotAcceptableError, UnsupportedMediaTypeError } from '../errors/index.ts'

/**
 * Refuses a body whose media type the route does not take, or whose charset is not UTF-8 (RFC 8259 §8.1).
 *
 * @throws {UnsupportedMediaTypeError} 415, also for a body without a media type
 */
export function checkContentType(header: string | undefined, accepted: readonly string[]): void {
  if (header === accepted[0]) return
  const [type, ...params] = (header ?? '').split(';')
  const media = (type as string).trim().toLowerCase()
  if (!accepted.some((one) => matches(one, media))) {
    throw new UnsupportedMediaTypeError(
      media === ''
        ? `The request has no content-type; send ${accepted.join(' or ')}.`
        : `${media} is not accepted; send ${accepted.join(' or ')}.`,
      { accept: accepted },
    )
  }
  for (const param of params) {
    const [name, value = ''] = param.split('=')
    if ((name as string).trim().toLowerCase() !== 'charset') continue
    const charset = value
      .trim()
      .replace(/^"(.*)"$/, '$1')
      .toLowerCase()
    if (charset !== 'utf-8' && charset !== 'utf8')
      throw new UnsupportedMediaTypeError(`Charset ${charset} is not accepted; send UTF-8.`)
  }
}

/** `application/json` also takes what ends in `+json` (RFC 6839 §3.1). */
function matches(accepted: string, media: string): boolean {
  return (
    accepted === media ||
    (accepted === 'application/json' && media.startsWith('application/') && media.endsWith('+json'))
  )
}

const KNOWN_LIMIT = 256
const known = new Map<string, boolean>()

/**
 * Refuses a request that does not accept what the route produces (RFC 9110 §12.5.1).
 *
 * @throws {NotAcceptableError} 406
 */
export function checkAccepts(header: string | undefined, produced: string): void {
  if (header === undefined || header === '*/*' || header === produced) return
  let isAccepted = known.get(header)
  if (isAccepted === undefined) {
    isAccepted = accepts(header, produced)
    if (known.size < KNOWN_LIMIT) known.set(header, isAccepted)
  }
  if (!isAccepted) throw new NotAcceptableError(`This route produces ${produced} only.`)
}

/** The most specific range that matches decides; weight 0 means "not acceptable". */
function accepts(header: string, produced: string): boolean {
  const [type] = produced.split('/')
  let best = -1
  let weight = 0
  for (const part of header.split(',')) {
    const [range, ...params] = part.split(';')
    const name = (range as string).trim().toLowerCase()
    const rank = name === produced ? 2 : name === `${type}/*` ? 1 : name === '*/*' ? 0 : -1
    if (rank === -1 || rank < best) continue
    const q = params.map((one) => one.trim().toLowerCase()).find((one) => one.startsWith('q='))
    const value = q === undefined ? 1 : Number(q.slice(2))
    weight = rank === best ? Math.max(weight, value) : value
    best = rank
  }
  // An empty field says nothing, which is the same as no field.
  return header.trim() === '' || weight > 0
}
