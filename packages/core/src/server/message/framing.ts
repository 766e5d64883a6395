// On the request path: headers that frame a message are written by the transport; those of handlers are removed.
import { InternalError, isFramingHeader } from '../../errors/index.ts'
import type { Payload } from '../../operation/index.ts'

/** Whether a flat list has a header that {@link takeFraming} reads. */
export function hasFraming(flat: readonly string[]): boolean {
  for (let i = 0; i < flat.length; i += 2) {
    const name = flat[i] as string
    if (isFramingHeader(name) || name === 'upgrade') return true
  }
  return false
}

/** The content of framing headers that were removed from a list. */
export interface Framing {
  /** The promised length, bytes; -1 without a valid one. */
  readonly length: number
  /** Whether the connection was asked to be closed. */
  readonly isClose: boolean
  /** Whether there is `upgrade`, which stays: `connection` must then name it, too (RFC 9110 §7.8). */
  readonly isUpgrade: boolean
}

/** Removes framing headers from a flat list, in place (RFC 9110 §7.6.1, §8.6; RFC 9112 §6). */
export function takeFraming(flat: string[]): Framing {
  let length = -1
  let isClose = false
  let isUpgrade = false
  let kept = 0
  for (let i = 0; i < flat.length; i += 2) {
    const name = flat[i] as string
    const value = flat[i + 1] as string
    if (!isFramingHeader(name)) {
      if (name === 'upgrade') isUpgrade = true
      flat[kept] = name
      flat[kept + 1] = value
      kept += 2
    } else if (name === 'content-length') length = toLength(value)
    else if (name === 'connection' && /(?:^|[\s,])close(?:$|[\s,])/i.test(value)) isClose = true
  }
  flat.length = kept
  return { length, isClose, isUpgrade }
}

function toLength(value: string): number {
  const length = /^\d{1,15}$/.test(value) ? Number(value) : -1
  return Number.isSafeInteger(length) ? length : -1
}

/** What decides the length of an answer that is a head alone. */
export interface HeadOnly {
  readonly method: string
  readonly status: number
  readonly payload: Payload
  /** Length that a handler promised, bytes; -1 for none. */
  readonly promised: number
}

/**
 * `content-length` of an answer without content: to HEAD that of GET (RFC 9110 §9.3.2), of 304 that of 200 (§15.4.5), none for
 * 204 (§8.6), 0 for 205 (§15.3.6). -1 for none.
 */
export function headLength({ method, status, payload, promised }: HeadOnly): number {
  if (status === 204) return -1
  if (status === 205) return 0
  if (typeof payload === 'string') return Buffer.byteLength(payload)
  if (payload instanceof Uint8Array) return payload.byteLength
  const isEmpty = payload === undefined && method === 'HEAD' && status !== 304
  return promised === -1 && isEmpty ? 0 : promised
}

/**
 * RFC 9110 §15.3.7: the content of a 206 is the part that its `content-range` names. Middleware may have changed it.
 *
 * @throws {InternalError} for content of a different length, which a client would assemble wrongly
 */
export function checkRange(flat: readonly string[], payload: Payload): void {
  if (typeof payload !== 'string' && !(payload instanceof Uint8Array)) return
  const at = flat.findIndex((text, index) => index % 2 === 0 && text === 'content-range')
  const range = flat[at + 1] as string
  const [, first, last] = /^bytes (\d+)-(\d+)\//.exec(at === -1 ? '' : range) ?? []
  if (first === undefined || last === undefined) return
  const promised = Number(last) - Number(first) + 1
  const length = Buffer.byteLength(payload)
  if (length !== promised)
    throw new InternalError(
      `The answer has ${length} bytes, but its content-range says ${promised}: middleware must not change a part.`,
    )
}

/** The error of a stream that does not have the length that its head promised. */
export function wrongLength(sent: string, promised: number): InternalError {
  return new InternalError(
    `A stream sent ${sent} the ${promised}${sent === 'more than' ? ' bytes' : ''} that its head promised.`,
  )
}
