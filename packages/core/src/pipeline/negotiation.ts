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

/** Refuses a request by its `accept` header. */
export type AcceptCheck = (header: string | undefined) => void

/** By what they take: routes that answer alike share one, and what it knows of headers. */
const checks = new Map<string, AcceptCheck>()

/**
 * Makes what refuses a request that accepts nothing of what a route produces (RFC 9110 §12.5.1), with
 * {@link NotAcceptableError}, 406.
 *
 * @param produced - media types without parameters, in lower case
 */
export function acceptCheck(produced: readonly string[]): AcceptCheck {
  const names = produced.join(', ')
  let check = checks.get(names)
  if (check === undefined) {
    check = createCheck(produced, names)
    checks.set(names, check)
  }
  return check
}

function createCheck(produced: readonly string[], names: string): AcceptCheck {
  const known = new Map<string, boolean>()
  const [usual] = produced
  return (header) => {
    if (header === undefined || header === '*/*' || header === usual) return
    let isAccepted = known.get(header)
    if (isAccepted === undefined) {
      isAccepted = produced.some((type) => accepts(header, type))
      if (known.size < KNOWN_LIMIT) known.set(header, isAccepted)
    }
    if (!isAccepted) throw new NotAcceptableError(`This route produces ${names} only.`)
  }
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
