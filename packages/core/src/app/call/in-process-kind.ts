import type { CallKind } from '../../operation/index.ts'
import { bodiesOf, type FlatRoute } from '../../route/index.ts'

/** Calls within the process: values in, values out. */
export const CALL: CallKind = {
  name: 'call',
  isTyped: true,
  isWritten: false,
  problems: () => [],
  // Nobody negotiates, and the body is no bytes.
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
  if (method === '*') return 'It hands requests to a foreign handler, which takes no call with values.'
  if (options.consumes !== undefined && bodiesOf(options).length === 0)
    return 'It reads the bytes of its body itself, and a call brings values.'
  if (options.upgrades !== undefined)
    return `It switches its connection to ${options.upgrades}, and a call has none.`
  return undefined
}
