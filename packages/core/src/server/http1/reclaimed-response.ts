// On the request path of mounted handlers that fail, or are too late: the answer is given in their stead.
import { InternalError } from '../../errors/index.ts'
import type { ResponseMessage } from './contract.ts'
import { offStoreHead } from './node-internals.ts'
import { NodeResponse } from './node-messages.ts'

type Method = (...args: unknown[]) => unknown

const emit = NodeResponse.prototype.emit as Method

/** Frees a response whose handler did not begin to answer from its headers and reason, and from what it replaced. */
export function reclaimResponse(response: ResponseMessage): void {
  for (const name of [...REPLACED, ...SPOKEN]) delete (response as unknown as Record<string, unknown>)[name]
  offStoreHead(response)
  Object.setPrototypeOf(response, NodeResponse.prototype)
  for (const name of response.getHeaderNames()) response.removeHeader(name)
  response.statusMessage = ''
  response.strictContentLength = false
}

/** What we replace on a response, and what compression, sessions and loggers do. */
const REPLACED = ['emit', 'destroy']

/** What a handler answers by. */
const SPOKEN = [
  'write',
  'end',
  'writeHead',
  'flushHeaders',
  'setHeader',
  'setHeaders',
  'appendHeader',
  'removeHeader',
  'addTrailers',
  'writeContinue',
  'writeProcessing',
  'writeEarlyHints',
]

/**
 * Has a response that was taken back do nothing when its handler calls it after all: what node throws at one who comes too
 * late would end the process, where a callback of a database makes the call.
 *
 * @param prototype - what its framework calls it by
 */
export function silenceResponse(response: ResponseMessage, prototype: object): void {
  const target = response as unknown as Record<string, Method>
  Object.setPrototypeOf(response, prototype)
  target['emit'] = emit
  target['destroy'] = ignoreCall
  for (const name of SPOKEN) target[name] = name === 'write' ? refuse : ignoreCall
}

function refuse(...args: unknown[]): boolean {
  tellLate(args.at(-1))
  return false
}

function ignoreCall(this: unknown, ...args: unknown[]): unknown {
  tellLate(args.at(-1))
  return this
}

function tellLate(callback: unknown): void {
  if (typeof callback === 'function')
    process.nextTick(callback, new InternalError('The request was answered.'))
}
