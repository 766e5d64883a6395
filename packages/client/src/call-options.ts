import { milliseconds, ofKind, optionTable, recordOf, SIGNAL, text } from '@keelson/contract/options'
import type { CallOptions } from './contract.ts'

/** Options of a call. */
export const CALL_OPTIONS = optionTable<CallOptions>({
  signal: ofKind(SIGNAL, 'Ends the call.'),
  timeoutMs: milliseconds("Time for the call. Default: the client's.", { isZeroOff: true }),
  headers: recordOf(text('Further request headers.')),
})
