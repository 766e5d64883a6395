export { bindToFrame, currentFrame, runCallbackInFrame, runInFrame, runOutsideFrame } from './current.ts'
export { Frame } from './frame.ts'
export { FrameKey, frameKey, TENANT, TRANSACTION, USER } from './frame-key.ts'
export {
  createRequestIdPolicy,
  newRequestId,
  type RequestIdPolicy,
  type RequestIdPolicyOptions,
} from './request-id.ts'
export { createTimerWheel, TimerEntry, TimerWheel, type DeadlineTarget } from './timer-wheel.ts'
export { newSpanId, startTrace, toTraceHeaders, TraceContext, type TraceHeaders } from './trace-context.ts'
