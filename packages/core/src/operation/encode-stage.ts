// On the request path of plans with middleware that sees the serialised answer: between `encode` and `deliver` of the call.
import { Readable } from 'node:stream'
import { describeValue, FrameworkError, ignorePromise, InternalError, isPromise } from '../errors/index.ts'
import { ResponseHeaders, type Answer, type AnswerBody } from '../route/index.ts'
import type { Payload } from './call.ts'
import { arm } from './deadline.ts'
import type { ExecutionState } from './execution-state.ts'
import { renderLate } from './error-answer.ts'
import { logLateFailure } from './late-result.ts'
import { isStatus, PipelineOutcome } from './pipeline-outcome.ts'
import { leaveIfOver } from './settle.ts'
import { discardStream, isReadable } from './stream-value.ts'

/** An answer while middleware changes it. */
export class EncodedAnswer implements Answer {
  status: number
  readonly headers: ResponseHeaders
  body: AnswerBody
  readonly '~outcome': PipelineOutcome
  /** The body before any middleware saw it. */
  readonly '~payload': Payload
  /** The length in its headers at that time. */
  readonly '~promised': string | undefined

  constructor(outcome: PipelineOutcome, payload: Payload) {
    this.status = outcome.status
    this.headers = outcome.headers
    this.body = payload
    this['~outcome'] = outcome
    this['~payload'] = payload
    this['~promised'] = outcome.headers.get('content-length')
  }
}

/** Sends an encoded answer. */
export type Send = (execution: ExecutionState, outcome: PipelineOutcome, answer: EncodedAnswer) => void

/** An answer on its way through the plan's encoders. */
export interface Encoding {
  readonly execution: ExecutionState
  readonly send: Send
}

/**
 * Runs the encoders of a plan on an answer, from the inside out. If one fails, the answer becomes a 500, whose bytes the later
 * ones see.
 */
export function encodeAnswer(encoding: Encoding, first: EncodedAnswer, from: number): void {
  const { execution, send } = encoding
  const { encoders, encoderNames } = execution.plan
  let answer = first
  for (let i = from; i < encoders.length; i++) {
    // After the deadline nothing is awaited: each gets a copy, so that late changes have no effect.
    const draft = execution.isExpired ? copyOf(answer) : answer
    try {
      const before = draft.body
      const result = (encoders[i] as (typeof encoders)[number])(execution.ctx, draft)
      if (!isPromise(result)) {
        check({ answer: draft, before, result }, encoderNames[i] as string)
        answer = draft
      } else if (execution.isExpired) ignorePromise(result)
      else return void awaitEncoder({ ...encoding, answer, at: i }, Promise.resolve(result), before)
    } catch (error) {
      answer = failed(execution, draft, encoderNames[i] as string, error)
    }
  }
  const { '~outcome': outcome } = answer
  // RFC 9110 §15.4.5: a header about the omitted content must not be sent.
  if (answer.status === 304 && outcome.status !== 304) outcome.headers.delete('content-type')
  outcome.status = answer.status
  send(execution, outcome, answer)
}

interface Place extends Encoding {
  readonly answer: EncodedAnswer
  readonly at: number
}

async function awaitEncoder(place: Place, result: Promise<unknown>, before: AnswerBody): Promise<void> {
  const { execution, answer, at } = place
  const name = execution.plan.encoderNames[at] as string
  arm(execution)
  execution.running++
  let next = answer
  try {
    const given = await result
    if (execution.isOver) discardBodies(answer)
    else check({ answer, before, result: given }, name)
  } catch (error) {
    if (execution.isOver) {
      discardBodies(answer)
      logLateFailure(execution.ctx, error)
    } else next = failed(execution, answer, name, error)
  }
  execution.running--
  if (execution.isOver) leaveIfOver(execution)
  else encodeAnswer(place, next, at + 1)
}

function copyOf({ status, body, headers, '~outcome': outcome }: EncodedAnswer): EncodedAnswer {
  const own = new ResponseHeaders([...headers.flat])
  const copy = new PipelineOutcome(status, outcome['~value'], outcome.isJson, own, outcome.described)
  return new EncodedAnswer(copy, body)
}

// oxlint-disable-next-line max-params -- on the request path: an options object would be one more allocation a request
function failed(
  execution: ExecutionState,
  answer: EncodedAnswer,
  name: string,
  error: unknown,
): EncodedAnswer {
  discardBodies(answer)
  const outcome = renderLate(execution, answer['~outcome'], failure(name, 'encode', error))
  return new EncodedAnswer(outcome, outcome['~value'] as string)
}

/** The error of a middleware that failed. Its own status is not used, since the handler may have succeeded. */
export function failure(name: string, part: 'transform' | 'encode', error: unknown): unknown {
  return withoutStatus(error, `The ${part} of middleware ${name} failed.`)
}

/** Wraps an error with a status of its own in an internal error. */
export function withoutStatus(error: unknown, message: string): unknown {
  if (!FrameworkError.is(error) || error.status === 500) return error
  return new InternalError(message, { cause: error })
}

function discardBodies({ body, '~payload': payload }: EncodedAnswer): void {
  discardStream(body)
  if (payload !== body) discardStream(payload)
}

/** An answer after a middleware, its body from before, and what the middleware returned. */
interface Changed {
  readonly answer: EncodedAnswer
  readonly before: AnswerBody
  readonly result: unknown
}

/** @throws {InternalError} for a status or a body that cannot be sent, and for changes that would be lost */
function check({ answer, before, result }: Changed, name: string): void {
  const { status, body } = answer
  if (!isStatus(status))
    throw new InternalError(
      `Middleware ${name} set the status ${status}; a status is an integer from 200 to 599.`,
    )
  refuseLost(answer, result, name)
  if (body === before || typeof body === 'string' || body instanceof Uint8Array || body === undefined) return
  if (typeof body === 'object' && body !== null && isStreamBody(body)) return
  throw new InternalError(
    `Middleware ${name} set a body that is ${describeValue(body)}: give a text, a Uint8Array, a stream, or undefined for none.`,
  )
}

/** @throws {InternalError} for replaced headers, and for a returned answer */
function refuseLost(answer: EncodedAnswer, result: unknown, name: string): void {
  if (answer.headers !== answer['~outcome'].headers)
    throw new InternalError(
      `Middleware ${name} replaced answer.headers: change them in place, answer.headers.set(name, value).`,
    )
  if (typeof result === 'object' && result !== null && isOther(result, answer))
    throw new InternalError(
      `The encode of middleware ${name} returned ${describeValue(result)}: change the answer that it was given, and return nothing.`,
    )
}

/** Whether an object is neither the answer nor what an arrow function without braces returns of it. */
function isOther(result: object, answer: EncodedAnswer): boolean {
  return result !== answer && result !== answer.headers && result !== answer.body
}

function isStreamBody(body: object): boolean {
  return isReadable(body) || body instanceof Readable || Symbol.asyncIterator in body
}
