// On the request path: the headers of each answer, from lists made at start.
import type { Answer, BaseContext, ResponseHeaders } from '@keelson/core'
import type { Slot } from '../policy/nearest.ts'
import type { HeaderList, SecurityPolicy } from './header-sets.ts'

/**
 * What programs read, or nobody shows by itself: JSON of all kinds, plain text, tables, events, bytes without a type. All else is, or
 * belongs to, a page.
 */
const DATA =
  /^(?:application\/(?:[\w.+-]*json[\w.+-]*|octet-stream)|text\/(?:plain|csv|event-stream))[\t ]*(?:;|$)/i

/** Says the headers of an answer by its media type. What an answer has stays. */
export function encodeBy(slot: Slot<SecurityPolicy>): (ctx: BaseContext, answer: Answer) => void {
  return (ctx, answer) => layUnder(answer.headers, listFor(slot.policy, ctx, answer))
}

function listFor(policy: SecurityPolicy, ctx: BaseContext, { status, headers }: Answer): HeaderList {
  const isSecure = ctx.scheme === 'https'
  const set = isSecure ? policy.https : policy.http
  if (status === 304) return set.unchanged
  if (isData(status, headers.get('content-type'))) return set.data
  // Of a request that was refused before, or of a place without a nonce, nobody made one.
  const { cspNonce } = ctx as { readonly cspNonce?: string | undefined }
  return policy.hasNonce && cspNonce !== undefined ? policy.pageWith(isSecure, cspNonce) : set.page
}

/** A redirect has no content, and its referrer policy is that of the request which follows. */
function isData(status: number, type: string | undefined): boolean {
  return type === undefined ? status < 300 || status >= 400 : DATA.test(type)
}

/** Puts those there that an answer does not have. */
function layUnder({ flat }: ResponseHeaders, list: HeaderList): void {
  const { flat: lines, names } = list
  let given: Set<string> | undefined
  for (let at = 0; at < flat.length; at += 2) {
    if (names.has(flat[at]!)) (given ??= new Set()).add(flat[at]!)
  }
  if (given === undefined) flat.push(...lines)
  else
    for (let at = 0; at < lines.length; at += 2)
      if (!given.has(lines[at]!)) flat.push(lines[at]!, lines[at + 1]!)
}

/**
 * Before a mounted handler: what a Node.js one writes no other part may see, so it has the headers of a page. Those that it sets
 * itself count.
 */
export function layEarly(slot: Slot<SecurityPolicy>): (ctx: BaseContext) => void {
  return ({ scheme, responseHeaders }) => {
    const { flat } = (scheme === 'https' ? slot.policy.https : slot.policy.http).page
    for (let at = 0; at < flat.length; at += 2) responseHeaders.set(flat[at]!, flat[at + 1]!)
  }
}

/** For answers of a mounted handler that other parts do see: what was laid early gives way to what its media type asks for. */
export function encodeLaid(slot: Slot<SecurityPolicy>): (ctx: BaseContext, answer: Answer) => void {
  return (ctx, answer) => {
    const { flat } = (ctx.scheme === 'https' ? slot.policy.https : slot.policy.http).page
    for (let at = 0; at < flat.length; at += 2)
      if (answer.headers.get(flat[at]!) === flat[at + 1]) answer.headers.delete(flat[at]!)
    // A mounted handler knows no nonce.
    layUnder(answer.headers, listFor({ ...slot.policy, hasNonce: false }, ctx, answer))
  }
}
