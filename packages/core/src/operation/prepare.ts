// On the request path: a value becomes JSON text within the middleware around the handler, so that a value that cannot be sent
// fails inside.
import { checkValue, isResponse } from '../route/index.ts'
import { AsyncLocalStorage } from 'node:async_hooks'
import { Readable } from 'node:stream'
import { isAnyArrayBuffer } from 'node:util/types'
import { ignore } from '../errors/index.ts'
import type { PipelineOutcome } from './pipeline-outcome.ts'
import { discardStream } from './stream-value.ts'
import { TakeOver } from './take-over.ts'
import { Upgrade } from './switching.ts'

/** In place of a JSON text: the value equals its JSON, and is not written. */
export const UNWRITTEN = ''

/** JSON would make `{}` of it. */
const ITERATOR =
  'A handler returned an iterator or generator: return [...it] for JSON, or Readable.from(it) for a stream.'

/**
 * Makes the JSON text of an outcome, if its value is sent as JSON and has no text yet, so that a value that cannot be sent
 * fails inside the middleware around it. For a stream it keeps the asynchronous context in which it was made.
 *
 * @throws {TypeError} for a value that cannot be sent: a function, a symbol, a cycle, a promise, an iterator that is not
 *   asynchronous
 * @throws an error that is the value
 */
export function prepare(outcome: PipelineOutcome): PipelineOutcome {
  const value = outcome['~value']
  if (value === undefined || outcome['~text'] !== undefined) return outcome
  // Bytes are sent as they are, unless a schema holds them.
  if (value instanceof Uint8Array && !outcome.isJson) return outcome
  if (outcome.isJson || isJsonValue(value)) {
    outcome['~text'] = toJson(value)
    outcome['~wasJson'] = true
  } else if (typeof value === 'object' && value !== null && needsContext(value)) {
    if (outcome['~context'] !== undefined) return outcome
    outcome['~context'] = AsyncLocalStorage.snapshot()
    // Until it is sent, an error without a listener would end the process.
    if (value instanceof Readable) value.on('error', ignore)
  }
  return outcome
}

/** Whether a value without a schema is sent as JSON. */
function isJsonValue(value: unknown): boolean {
  if (typeof value !== 'object') return typeof value !== 'string'
  if (value === null) return true
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype === Object.prototype || Array.isArray(value)) return !(Symbol.asyncIterator in value)
  checkValue(value)
  if (isBinary(value) || needsContext(value) || isResponse(value) || value instanceof Blob) return false
  if (Symbol.iterator in value && 'next' in value) throw new TypeError(ITERATOR)
  return true
}

/** Whether a value is bytes, of any class. */
export function isBinary(value: object): value is ArrayBufferView | ArrayBufferLike {
  return ArrayBuffer.isView(value) || isAnyArrayBuffer(value)
}

/** Whether code of the application runs when the value is sent. */
function needsContext(value: object): boolean {
  if (value instanceof Readable || Symbol.asyncIterator in value) return true
  return value instanceof TakeOver || value instanceof Upgrade
}

function toJson(value: unknown): string {
  const text = JSON.stringify(value) as string | undefined
  if (text === undefined) throw new TypeError(`A handler returned a ${typeof value}, which cannot be sent.`)
  return text
}

/** Whether a value is sent as a stream instead of as JSON. Plain values are recognised by their prototype, since naming `Response` loads fetch. */
export function isStream(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype === Object.prototype || prototype === Array.prototype) return Symbol.asyncIterator in value
  return value instanceof Readable || Symbol.asyncIterator in value || isResponse(value)
}

/** Discards a value that will not be sent. */
export function discardValue(value: unknown): void {
  if (typeof value !== 'object' || value === null) return
  discardStream(isResponse(value) ? value.body : value)
}
