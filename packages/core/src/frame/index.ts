export { toTraceHeaders, VERSION_LINE, type TraceHeaders } from '@keelson/contract/frame'
export { bindToFrame, currentFrame, runCallbackInFrame, runInFrame, runOutsideFrame } from './current.ts'
export { Frame } from './frame.ts'
export { FrameKey, frameKey, PRINCIPAL, TENANT, type Principal } from './frame-key.ts'
export { runInNewFrame, type NewFrameOptions } from './new-frame.ts'
export {
  createRequestIdPolicy,
  newRequestId,
  type RequestIdPolicy,
  type RequestIdPolicyOptions,
} from './request-id.ts'
export { otherVersionLines, shared } from './shared.ts'
export {
  afterCommit,
  currentTransaction,
  currentTransactions,
  runInTransaction,
  runInTransactionsSince,
  runOutsideTransaction,
  transactionsAround,
  type Entered,
  type TransactionScope,
} from './transaction.ts'
export {
  createTransactionScope,
  TransactionOverError,
  type OwnedTransactionScope,
  type TransactionScopeOptions,
  type TransactionState,
} from './transaction-scope.ts'
export { createTimerWheel, TimerEntry, TimerWheel, type DeadlineTarget } from './timer-wheel.ts'
export { isToldByTransaction, noteTransactionError } from './transaction-errors.ts'
export { newSpanId, spanBelow, startTrace, TraceContext } from './trace-context.ts'
