import type { NodeExchange } from './node-exchange.ts'

const HEAD_END = '\r\n\r\n'

/** The part of node's parser that this module looks at. It is not documented, so it may be missing. */
interface ParserSocket {
  readonly parser?: { readonly getCurrentBuffer?: () => Uint8Array | undefined } | null | undefined
}

/**
 * Whether something may follow a request that asks for an upgrade, in the same piece of input. Node throws that away
 * when nobody upgrades, so a pipelined request would never be answered and the next one be misread; such a connection
 * must be closed after the answer. Clients that wait for their answer, as all do that are known to send `Upgrade: h2c`
 * with each first request, keep theirs.
 */
export function hasBytesBehind({ request, hasBody }: NodeExchange): boolean {
  if (hasBody) return true
  const input = (request.socket as ParserSocket).parser?.getCurrentBuffer?.()
  if (input === undefined) return true
  const text = Buffer.from(input).toString('latin1')
  return !text.endsWith(HEAD_END) || text.indexOf(HEAD_END) !== text.length - HEAD_END.length
}
