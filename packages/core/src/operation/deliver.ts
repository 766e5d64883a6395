// On the request path: a final outcome goes to the transport.
import {
  ClientClosedRequestError,
  InternalError,
  NotImplementedError,
  ServiceUnavailableError,
} from '../errors/index.ts'
import { runInFrame } from '../frame/index.ts'
import type { Payload } from './call.ts'
import { arm, disarm } from './deadline.ts'
import type { ExecutionState } from './execution-state.ts'
import { encodeAnswer, EncodedAnswer, withoutStatus, type Encoding } from './encode-stage.ts'
import { isEventStream, StreamOpening } from './open-stream.ts'
import { render, renderLate } from './error-answer.ts'
import type { PipelineOutcome } from './pipeline-outcome.ts'
import { discardValue } from './prepare.ts'
import { assertBegun, discardStream, type StreamBody } from './stream-value.ts'
import { TakeOver } from './take-over.ts'
import { Upgrade } from './switching.ts'

/** Delivers an outcome, or an error if it cannot be sent. */
export function deliver(execution: ExecutionState, outcome: PipelineOutcome): void {
  const value = outcome['~value']
  if (execution.state === 'settled') return discardValue(value)
  if (value instanceof TakeOver) return handOver(execution, outcome, value)
  if (value instanceof Upgrade) return switchProtocols(execution, outcome, value)
  let payload: Payload
  try {
    payload = execution.call.encode(outcome)
  } catch (error) {
    // The value of a handler was checked before: a transform made this one.
    const failure = withoutStatus(error, 'What a transform made of the answer cannot be sent.')
    return deliverError(execution, renderLate(execution, outcome, failure))
  }
  if (typeof payload !== 'object' || payload instanceof Uint8Array) finish(execution, outcome, payload)
  else deliverStream(execution, outcome, payload)
}

function deliverStream(execution: ExecutionState, outcome: PipelineOutcome, stream: StreamBody): void {
  // No time is left to wait in.
  if (execution.isExpired || !execution.call.takesValue(outcome.status))
    return finish(execution, outcome, stream)
  const begun = execution.opening?.bodyOf(stream)
  if (begun !== undefined) return deliverBegun(execution, outcome, begun)
  // A transform put this stream there.
  openStream(execution, outcome, stream).then(
    () => {
      if (execution.isOver) discardValue(outcome['~value'])
      else deliverBegun(execution, outcome, outcome['~value'] as StreamBody)
    },
    (error: unknown) => {
      if (!execution.isOver) deliverError(execution, render(execution, error))
    },
  )
}

function deliverBegun(execution: ExecutionState, outcome: PipelineOutcome, body: StreamBody): void {
  try {
    assertBegun(body)
  } catch (error) {
    return deliverError(execution, renderLate(execution, outcome, error))
  }
  arm(execution)
  finish(execution, outcome, body)
}

/** Waits for the first piece of a stream, and puts the begun stream into the outcome. */
export function openStream(
  execution: ExecutionState,
  outcome: PipelineOutcome,
  stream: StreamBody,
): Promise<void> {
  arm(execution)
  const opening = new StreamOpening(stream, {
    isEventStream: isEventStream(outcome.headers),
    isSeen: execution.plan.transforms.length > 0 && execution.state === 'running',
  })
  execution.opening = opening
  outcome['~value'] = opening.value
  return opening.opened
}

function deliverError(execution: ExecutionState, outcome: PipelineOutcome): void {
  finish(execution, outcome, outcome['~value'] as string)
}

/** The payload is made: `encode` middleware runs, then the transport sends. */
function finish(execution: ExecutionState, outcome: PipelineOutcome, payload: Payload): void {
  if (execution.plan.encoders.length === 0) send(execution, outcome, payload)
  else encodeAnswer({ execution, send: sendEncoded }, new EncodedAnswer(outcome, payload), 0)
}

const sendEncoded: Encoding['send'] = (execution, outcome, answer) => {
  const { body, headers, '~payload': payload, '~promised': promised } = answer
  if (body === payload) return send(execution, outcome, body)
  // That is the length of the replaced body.
  if (promised !== undefined && headers.get('content-length') === promised) headers.delete('content-length')
  const isStream = typeof body === 'object' && !(body instanceof Uint8Array)
  if (!isStream) discardStream(payload)
  // The new stream may not close the one that it reads, if it is closed early.
  else if (typeof payload === 'object' && !(payload instanceof Uint8Array)) execution.replaced = payload
  if (!isStream || execution.isExpired || !execution.call.takesValue(outcome.status))
    return send(execution, outcome, body)
  openEncoded(execution, outcome, body)
}

/** Opens a stream of an `encode` part. Its first piece may come later than that of the stream that it reads. */
function openEncoded(execution: ExecutionState, outcome: PipelineOutcome, stream: StreamBody): void {
  arm(execution)
  const opening = new StreamOpening(stream, { isEventStream: true, isSeen: false })
  execution.opening = opening
  opening.opened.then(
    () => {
      if (execution.isOver) discardStream(opening.body)
      else sendBegun(execution, outcome, opening.body)
    },
    (error: unknown) => {
      if (!execution.isOver) sendError(execution, outcome, error)
    },
  )
}

function sendBegun(execution: ExecutionState, outcome: PipelineOutcome, body: StreamBody): void {
  try {
    assertBegun(body)
  } catch (error) {
    return sendError(execution, outcome, error)
  }
  send(execution, outcome, body)
}

/** Sends an error in place of an answer that all middleware has seen and that cannot be sent. */
function sendError(execution: ExecutionState, outcome: PipelineOutcome, error: unknown): void {
  discardStream(execution.opening?.body)
  const late = renderLate(execution, outcome, error)
  send(execution, late, late['~value'] as string)
}

/** Applies the headers that middleware has set by `responseHeaders` meanwhile. */
function layRest({ laid }: ExecutionState, outcome: PipelineOutcome): void {
  if (laid?.isChanged === true) laid.layUnder(outcome.headers)
}

function send(execution: ExecutionState, outcome: PipelineOutcome, payload: Payload): void {
  layRest(execution, outcome)
  execution.state = 'sent'
  execution.outcome = outcome
  try {
    execution.call.deliver(outcome, payload)
  } catch (error) {
    // A header was written without the checks.
    if (outcome.described !== undefined) return execution.call.reset(error)
    discardStream(payload)
    const late = renderLate(execution, outcome, error)
    send(execution, late, late['~value'] as string)
  }
}

function handOver(execution: ExecutionState, outcome: PipelineOutcome, to: TakeOver): void {
  const { call } = execution
  if (call.handOver === undefined) {
    return deliver(
      execution,
      render(execution, new NotImplementedError('This handler needs a Node.js server.')),
    )
  }
  layRest(execution, outcome)
  execution.state = 'sent'
  execution.outcome = outcome
  arm(execution)
  call.handOver(outcome, to, execution.laid).catch((error: unknown) => execution.failHandedOver(error))
}

const UNDECLARED =
  'The handler returned upgrade(), which its route does not declare: give the route upgrades.'

function switchProtocols(execution: ExecutionState, outcome: PipelineOutcome, { take }: Upgrade): void {
  const { call, frame, runtime } = execution
  // If the route declares it, calls without a switch are refused before the handler.
  if (call.switchProtocols === undefined)
    return deliver(execution, render(execution, new InternalError(UNDECLARED)))
  // The new connection would not be notified of the end that has begun.
  if (runtime.draining.aborted)
    return deliver(
      execution,
      render(execution, new ServiceUnavailableError('The server is ending: connect again.')),
    )
  layRest(execution, outcome)
  execution.state = 'sent'
  execution.outcome = outcome
  outcome.status = 101
  arm(execution)
  const switching = {
    take,
    // The deadline applies to the handshake only.
    onSwitched: () => {
      disarm(execution)
      frame.deadline = undefined
    },
    onClosed: () => runInFrame(frame, () => frame.abort(new ClientClosedRequestError())),
  }
  call.switchProtocols(outcome, switching).catch((error: unknown) => execution.failHandedOver(error))
}
