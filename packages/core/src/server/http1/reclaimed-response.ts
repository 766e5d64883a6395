// On the request path of mounted handlers that fail, or are too late: the exchange answers instead of them.
import { InternalError } from '../../errors/index.ts'
import type { ResponseMessage } from './contract.ts'
import { offStoreHead } from './node-internals.ts'
import { NodeResponse } from './node-messages.ts'

type Method = (...args: unknown[]) => unknown

const emit = NodeResponse.prototype.emit as Method

/** Resets a response whose handler has not begun to answer: headers, reason and replaced methods. */
export function reclaimResponse(response: ResponseMessage): void {
  for (const name of [...REPLACED, ...ANSWERING])
    delete (response as unknown as Record<string, unknown>)[name]
  offStoreHead(response)
  Object.setPrototypeOf(response, NodeResponse.prototype)
  for (const name of response.getHeaderNames()) response.removeHeader(name)
  response.statusMessage = ''
  response.strictContentLength = false
}

/** Methods that this server replaces on a response, as compression, sessions and loggers do. */
const REPLACED = ['emit', 'destroy']

/** Methods by which a handler answers. */
const ANSWERING = [
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
 * Makes a response that was taken back ignore late calls of its handler. The error that node throws for them would end the
 * process if it is thrown in a callback, of a database for example.
 *
 * @param prototype - the prototype that its framework gave it
 */
export function silenceResponse(response: ResponseMessage, prototype: object): void {
  const target = response as unknown as Record<string, Method>
  Object.setPrototypeOf(response, prototype)
  target['emit'] = emit
  target['destroy'] = ignoreCall
  for (const name of ANSWERING) target[name] = name === 'write' ? refuse : ignoreCall
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
    process.nextTick(callback, new InternalError('The request was answered already.'))
}
