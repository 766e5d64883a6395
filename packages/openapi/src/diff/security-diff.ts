import type { OpenApiDocument, OpenApiOperation, OpenApiSecurity } from '../contract.ts'
import type { Changes } from './change.ts'
import { follow } from './reference.ts'
import type { DocumentPair } from './schema-diff.ts'

type Schemes = Readonly<Record<string, object>>

function schemesOf(document: OpenApiDocument): Schemes {
  const { components } = document as Partial<OpenApiDocument>
  const all = Object.entries(components?.securitySchemes ?? {})
  return Object.fromEntries(all.map(([name, scheme]) => [name, follow<object>(document, scheme)]))
}

/** Compares the definitions of security schemes that both documents have. */
export function compareSchemes({ base, head }: DocumentPair, changes: Changes): void {
  const after = schemesOf(head)
  for (const [name, scheme] of Object.entries(schemesOf(base))) {
    const other = after[name]
    if (other === undefined) continue
    const place = `security scheme ${name}`
    if (essence(scheme) !== essence(other)) {
      changes.breaking('security-changed', place, `It was ${essence(scheme)}, now it is ${essence(other)}.`)
      continue
    }
    const [was, is] = [scopesOf(scheme), scopesOf(other)]
    for (const scope of was)
      if (!is.includes(scope))
        changes.breaking('security-changed', place, `It no longer has the scope ${scope}.`)
    for (const scope of is)
      if (!was.includes(scope)) changes.harmless('security-changed', place, `It now has the scope ${scope}.`)
  }
}

type Flows = Readonly<Record<string, { readonly scopes?: object }>>

/** Texts for people do not count, and scopes are compared one by one. */
function essence(scheme: object): string {
  const {
    description: _,
    bearerFormat: _format,
    flows,
    ...rest
  } = scheme as { readonly description?: string; readonly bearerFormat?: string; readonly flows?: Flows }
  if (flows === undefined) return JSON.stringify(rest)
  const bare = Object.entries(flows).map(([name, { scopes: _scopes, ...flow }]) => [name, flow] as const)
  return JSON.stringify({ ...rest, flows: Object.fromEntries(bare) })
}

function scopesOf(scheme: object): readonly string[] {
  const { flows = {} } = scheme as { readonly flows?: Flows }
  return [...new Set(Object.values(flows).flatMap((flow) => Object.keys(flow.scopes ?? {})))]
}

/** Compares what a caller of an operation must present. */
export function compareSecurity(
  base: OpenApiOperation,
  head: OpenApiOperation,
  {
    pair,
    place,
    changes,
  }: { readonly pair: DocumentPair; readonly place: string; readonly changes: Changes },
): void {
  const [was, is] = [alternatives(base), alternatives(head).map((one) => withOldNames(one, pair))]
  // Who could call it must find an alternative that asks for no more than what is sent.
  const shutOut = was.filter((one) => !is.some((other) => isWithin(other, one)))
  for (const one of shutOut)
    changes.breaking(
      'security-added',
      place,
      `It can no longer be called with ${show(one)}; now it takes ${is.map(show).join(', or ')}.`,
    )
  const isNew = (one: OpenApiSecurity): boolean => !was.some((other) => isWithin(other, one))
  if (shutOut.length > 0) return
  for (const one of is.filter(isNew))
    changes.harmless('security-removed', place, `It can now be called with ${show(one)}.`)
  const lighter = is.filter(
    (one) => !isNew(one) && !was.some((other) => JSON.stringify(other) === JSON.stringify(one)),
  )
  for (const one of lighter)
    changes.harmless('security-removed', place, `It can now be called with ${show(one)}.`)
}

function alternatives({ security = [] }: Partial<OpenApiOperation>): readonly OpenApiSecurity[] {
  return security.length === 0 ? [{}] : security
}

/** Callers do not send the name of a scheme: a renamed scheme is compared by its old name. */
function withOldNames(demand: OpenApiSecurity, { base, head }: DocumentPair): OpenApiSecurity {
  const [old, current] = [schemesOf(base), schemesOf(head)]
  const oldName = (name: string): string => {
    const scheme = current[name]
    if (scheme === undefined || old[name] !== undefined) return name
    return Object.keys(old).find((one) => essence(old[one] as object) === essence(scheme)) ?? name
  }
  return Object.fromEntries(Object.entries(demand).map(([name, scopes]) => [oldName(name), scopes]))
}

/** Whether the other requirement includes a requirement. */
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
