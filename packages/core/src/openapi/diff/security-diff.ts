import type { OpenApiOperation, OpenApiSecurity } from '../contract.ts'
import type { Changes } from './change.ts'
import type { DocumentPair } from './schema-diff.ts'

/** Compares the definitions of security schemes that both documents have. */
export function compareSchemes({ base, head }: DocumentPair, changes: Changes): void {
  const after = head.components.securitySchemes ?? {}
  for (const [name, scheme] of Object.entries(base.components.securitySchemes ?? {})) {
    const other = after[name]
    if (other === undefined || essence(scheme) === essence(other)) continue
    changes.breaking(
      'security-changed',
      `security scheme ${name}`,
      `It was ${essence(scheme)}, now it is ${essence(other)}.`,
    )
  }
}

/** Texts for people do not count. */
function essence(scheme: object): string {
  const {
    description: _,
    bearerFormat: _format,
    ...rest
  } = scheme as { readonly description?: string; readonly bearerFormat?: string }
  return JSON.stringify(rest)
}

/** Compares what a caller of an operation must present. */
export function compareSecurity(
  base: OpenApiOperation,
  head: OpenApiOperation,
  { place, changes }: { readonly place: string; readonly changes: Changes },
): void {
  const [was, is] = [alternatives(base), alternatives(head)]
  // Who could call it must find an alternative that asks for no more than what is sent.
  const shutOut = was.filter((one) => !is.some((other) => isWithin(other, one)))
  for (const one of shutOut)
    changes.breaking(
      'security-added',
      place,
      `${show(one)} no longer suffices; now it takes ${is.map(show).join(', or ')}.`,
    )
  const isNew = (one: OpenApiSecurity): boolean => !was.some((other) => isWithin(other, one))
  if (shutOut.length > 0) return
  for (const one of is.filter(isNew))
    changes.harmless('security-removed', place, `${show(one)} now suffices.`)
  const lighter = is.filter(
    (one) => !isNew(one) && !was.some((other) => JSON.stringify(other) === JSON.stringify(one)),
  )
  for (const one of lighter) changes.harmless('security-removed', place, `${show(one)} now suffices.`)
}

function alternatives({ security = [] }: Partial<OpenApiOperation>): readonly OpenApiSecurity[] {
  return security.length === 0 ? [{}] : security
}

/** Whether a demand asks for nothing that the other does not. */
function isWithin(less: OpenApiSecurity, more: OpenApiSecurity): boolean {
  return Object.entries(less).every(
    ([name, scopes]) => more[name] !== undefined && scopes.every((scope) => more[name]?.includes(scope)),
  )
}

function show(demand: OpenApiSecurity): string {
  const parts = Object.entries(demand).map(([name, scopes]) =>
    scopes.length === 0 ? name : `${name} (${scopes.join(', ')})`,
  )
  return parts.length === 0 ? 'no credentials' : parts.join(' and ')
}
