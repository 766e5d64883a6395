import type { CallKind } from '../../operation/index.ts'
import { bodiesOf, type FlatRoute } from '../../route/index.ts'

/** Calls within the process: values in, values out. */
export const CALL: CallKind = {
  name: 'call',
  isTyped: true,
  isWritten: false,
  problems: () => [],
  // There is no negotiation, and the body is a value.
  reader: () => ({
    accept: undefined,
    rawBody: undefined,
    body: undefined,
    explain: (error) => error,
  }),
  completion: () => () => undefined,
}

/** Why a route cannot be called within the process; `undefined` where it can. */
export function whyUncallable({ route: { method, options } }: FlatRoute): string | undefined {
  if (method === '*') return 'It passes requests to a mounted handler, which needs an HTTP request.'
  if (options.consumes !== undefined && bodiesOf(options).length === 0)
    return 'It reads the bytes of its body itself, but a call has a value as body.'
  if (options.upgrades !== undefined)
    return `It switches its connection to ${options.upgrades}, but a call has no connection.`
  return undefined
}
