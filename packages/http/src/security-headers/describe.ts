// At set-up: what the OpenAPI document says of the headers.
import type { SecurityPolicy } from './header-sets.ts'
import { isDataType } from './media-type.ts'

/**
 * Describes the headers of the answers of a route, over https. Errors are data, also of a route that answers with pages.
 *
 * @param mediaTypes - of its declared responses
 */
export function describe(
  policy: SecurityPolicy,
  mediaTypes: readonly string[] = [],
): { readonly headers: Record<string, string> } {
  const data = byName(policy.https.data.flat)
  if (mediaTypes.every(isDataType))
    return { headers: Object.fromEntries([...data].map(([name, value]) => [name, `\`${value}\``])) }
  const page = byName((policy.hasNonce ? policy.pageWith(true, '…') : policy.https.page).flat)
  const names = new Set([...page.keys(), ...data.keys()])
  const entries = [...names].map((name) => [name, sentenceOf(page.get(name), data.get(name))])
  return { headers: Object.fromEntries(entries) as Record<string, string> }
}

function sentenceOf(page: string | undefined, data: string | undefined): string {
  if (page === data) return `\`${page}\``
  if (data === undefined) return `\`${page}\` of pages`
  if (page === undefined) return `\`${data}\` of data`
  return `\`${page}\` of pages, \`${data}\` of data`
}

function byName(flat: readonly string[]): Map<string, string> {
  return new Map(flat.flatMap((name, at) => (at % 2 === 0 ? [[name, flat[at + 1]!] as const] : [])))
}
