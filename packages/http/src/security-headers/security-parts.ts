// On the request path: the headers of each answer, from lists made at start.
import type { Answer, BaseContext, ResponseHeaders } from '@keelson/core'
import type { HeaderList, SecurityPolicy } from './header-sets.ts'
import { isDataType } from './media-type.ts'

/** Says the headers of an answer by its media type. What an answer has stays. */
export function encodeBy(policy: SecurityPolicy): (ctx: BaseContext, answer: Answer) => void {
  return (ctx, answer) => layUnder(answer.headers, listFor(policy, ctx, answer))
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
  return type === undefined ? status < 300 || status >= 400 : isDataType(type)
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
export function layEarly(policy: SecurityPolicy): (ctx: BaseContext) => void {
  return ({ scheme, responseHeaders }) => {
    const { flat } = (scheme === 'https' ? policy.https : policy.http).page
    for (let at = 0; at < flat.length; at += 2) responseHeaders.set(flat[at]!, flat[at + 1]!)
  }
}

/** For answers of a mounted handler that other parts do see: what was laid early gives way to what its media type asks for. */
export function encodeLaid(policy: SecurityPolicy): (ctx: BaseContext, answer: Answer) => void {
  return (ctx, answer) => {
    const { flat } = (ctx.scheme === 'https' ? policy.https : policy.http).page
    for (let at = 0; at < flat.length; at += 2)
      if (answer.headers.get(flat[at]!) === flat[at + 1]) answer.headers.delete(flat[at]!)
    // A mounted handler knows no nonce.
    layUnder(answer.headers, listFor({ ...policy, hasNonce: false }, ctx, answer))
  }
}
