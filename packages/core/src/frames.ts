/**
 * Frames and transactions for authors of packages: slots of a frame, code that runs in or outside of one, trace headers, and
 * the scope that a database opens around its transaction.
 *
 * @module
 */
export {
  bindToFrame,
  createTransactionScope,
  currentTransaction,
  currentTransactions,
  frameKey,
  newSpanId,
  noteTransactionError,
  runInFrame,
  runInTransaction,
  runOutsideFrame,
  runOutsideTransaction,
  startTrace,
  toTraceHeaders,
  TransactionOverError,
} from './frame/index.ts'
export type {
  OwnedTransactionScope,
  TraceHeaders,
  TransactionScope,
  TransactionScopeOptions,
  TransactionState,
} from './frame/index.ts'
