// On the request path: an outcome that nobody changes any more goes to the transport.
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
import { isEventStream, StreamOpening } from './open-stream.ts'
import { errorOutcome } from './error-outcome.ts'
import type { PipelineOutcome } from './outcome.ts'
import { discardValue } from './prepare.ts'
import { assertBegun, type StreamBody } from './stream-value.ts'
import { TakeOver } from './take-over.ts'
import { Upgrade } from './upgrade.ts'

/** Has an outcome delivered; what it has that cannot be is an error in its place. */
export function deliver(execution: ExecutionState, outcome: PipelineOutcome): void {
  const value = outcome['~value']
  if (execution.state === 'settled') return discardValue(value)
  if (value instanceof TakeOver) return handOver(execution, outcome, value)
  if (value instanceof Upgrade) return switchProtocols(execution, outcome, value)
  let payload: Payload
  try {
    payload = execution.call.encode(outcome)
  } catch (error) {
    return deliverError(execution, replaceBy(execution, outcome, error))
  }
  if (typeof payload !== 'object' || payload instanceof Uint8Array) send(execution, outcome, payload)
  else deliverStream(execution, outcome, payload)
}

function deliverStream(execution: ExecutionState, outcome: PipelineOutcome, stream: StreamBody): void {
  // No time is left to wait in.
  if (execution.isExpired || !execution.call.takesValue(outcome.status))
    return send(execution, outcome, stream)
  const begun = execution.opening?.bodyOf(stream)
  if (begun !== undefined) return deliverBegun(execution, outcome, begun)
  // A stream that a transform put there.
  openStream(execution, outcome, stream).then(
    () => {
      if (execution.state === 'settled' || execution.isExpired) discardValue(outcome['~value'])
      else deliverBegun(execution, outcome, outcome['~value'] as StreamBody)
    },
    (error: unknown) => {
      if (execution.state !== 'settled' && !execution.isExpired)
        deliverError(execution, render(execution, error))
    },
  )
}

function deliverBegun(execution: ExecutionState, outcome: PipelineOutcome, body: StreamBody): void {
  try {
    assertBegun(body)
  } catch (error) {
    return deliverError(execution, replaceBy(execution, outcome, error))
  }
  arm(execution)
  send(execution, outcome, body)
}

/** Waits for the first piece of a stream, which from then on is the outcome's value. */
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
  send(execution, outcome, outcome['~value'] as string)
}

/** Gives an outcome what every answer of its plan and call has. */
export function complete({ plan, laid }: ExecutionState, outcome: PipelineOutcome): void {
  laid?.layUnder(outcome.headers)
  plan.complete(outcome)
}

/** What middleware said meanwhile of the headers of whatever goes out. */
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
    // Somebody wrote a header past the checks.
    if (outcome.described !== undefined) return execution.call.reset(error)
    deliverError(execution, replaceBy(execution, outcome, error))
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
  // Where the route declares it, no other call comes as far.
  if (call.switchProtocols === undefined)
    return deliver(execution, render(execution, new InternalError(UNDECLARED)))
  // It would not hear of the end that has begun.
  if (runtime.draining.aborted)
    return deliver(
      execution,
      render(execution, new ServiceUnavailableError('The server is ending: connect again.')),
    )
  execution.state = 'sent'
  execution.outcome = outcome
  outcome.status = 101
  arm(execution)
  const switching = {
    take,
    // The deadline is that of the handshake.
    onSwitched: () => {
      disarm(execution)
      frame.deadline = undefined
    },
    onClosed: () => runInFrame(frame, () => frame.abort(new ClientClosedRequestError())),
  }
  call.switchProtocols(outcome, switching).catch((error: unknown) => execution.failHandedOver(error))
}

/** An error in place of an outcome whose stream will not be sent. */
export function replaceBy(
  execution: ExecutionState,
  outcome: PipelineOutcome,
  error: unknown,
): PipelineOutcome {
  discardValue(outcome['~value'])
  return render(execution, error)
}

/** A thrown value in the format of its route; logged, unless it is one that may be expected. */
export function render(execution: ExecutionState, error: unknown): PipelineOutcome {
  const outcome = errorOutcome(error, execution.plan, execution.frame.id)
  complete(execution, outcome)
  const { described } = outcome
  if (described?.isExpected === false && !execution.isRefusal(described))
    execution.runtime.logError(execution, described)
  return outcome
}
