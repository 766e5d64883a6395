import { redactCredentials, type Logger } from '../log/index.ts'
import type { Plan } from '../operation/index.ts'
import { demandsOf, type SecurityScheme } from '../route/index.ts'

/** The security schemes that the middleware of plans defines. */
export function schemesOf(plans: readonly Plan[]): readonly SecurityScheme[] {
  return plans.flatMap(({ chain }) => chain.flatMap(demandsOf).flatMap(({ scheme }) => scheme ?? []))
}

/** Redacts credentials of API keys in the log. Those of other schemes come in fields that are never logged. */
export function redactSchemes(log: Logger, schemes: readonly SecurityScheme[]): void {
  const keys = schemes.filter((one) => one.type === 'apiKey')
  if (keys.length === 0) return
  redactCredentials(log, {
    fields: keys.map(({ name }) => name),
    queryKeys: keys.filter((one) => one.in === 'query').map(({ name }) => name),
  })
}
